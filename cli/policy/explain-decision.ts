import { createHash } from 'node:crypto';
import {
  canonicalJson,
  decisionName,
  type LedgerEntry,
  MillraceError,
  type MonitorDecision,
  measurementSeries,
  parseEventTimeMs,
} from '../../contracts/index.js';
import type { RegistryReader } from '../../models/registry/ports.js';
import { type Explanation, explainDecision } from '../../monitoring/policy/index.js';
import { UsageError } from '../errors.js';
import { noSuchModel } from '../models/document.js';

/** The JSON of `monitor explain`. */
export interface ExplainDocument extends Explanation {
  readonly decision: string;
  readonly verdict: MonitorDecision['verdict'];
  readonly version: number;
  readonly rows: number | null;
  /** Every number that a condition could read, by its name. */
  readonly measured: { readonly [name: string]: number };
  /** `judged`: as stored with the decision; `corrected`: late rows have changed it since. */
  readonly measurement: 'as-judged' | 'corrected' | 'damaged' | 'missing';
  readonly signalled: MonitorDecision['signalled'];
  /** What the model's workflow made of what the decision asked for. */
  readonly ledger: readonly LedgerEntry[];
}

/** @throws UsageError when the text names no decision */
export function readDecisionName(text: string): { readonly model: string; readonly endMs: number } {
  const at = text.indexOf('@');
  const endMs = at < 1 ? null : parseEventTimeMs(text.slice(at + 1));
  if (endMs === null) {
    throw new UsageError(
      `${text} does not name a decision`,
      'write NAME@WINDOW_END, such as bikes@2011-08-08T00:00:00Z; millrace monitor history NAME lists the windows',
    );
  }
  return { model: text.slice(0, at), endMs };
}

/**
 * Makes a stored decision again.
 *
 * @throws MillraceError `NotFound` where no window of the model was decided that ended then
 */
export async function explain(
  registry: RegistryReader,
  { model, endMs }: { readonly model: string; readonly endMs: number },
): Promise<ExplainDocument> {
  const models = await registry.models();
  if (!models.includes(model)) throw noSuchModel(model, models);
  const decisions = await registry.decisions(model);
  const decision = decisions.find(({ window }) => Date.parse(window.end) === endMs);
  if (decision === undefined) throw noSuchDecision(model, endMs, decisions);
  const { basis, verdict, version, signalled } = decision;
  const judge = await registry.version(model, basis?.policyVersion ?? version);
  if (judge?.monitor == null) {
    throw new MillraceError(
      'NotFound',
      `version ${basis?.policyVersion ?? version} of ${model} has no monitor block that could judge`,
    );
  }
  const kept = (await registry.windowMeasurements(model, decision.window)).find(
    (item) => item.version === version,
  );
  const judged = basis?.measurement ?? kept ?? null;
  const state = measurementState(decision, judged, kept);
  const explanation = explainDecision(decision, judged, judge.monitor);
  const ids = [`monitor/${model}/${decision.window.end}/`];
  return {
    decision: decisionName(decision),
    verdict,
    version,
    rows: judged?.rows ?? null,
    measured: judged === null ? {} : Object.fromEntries(measurementSeries(judged)),
    measurement: state,
    signalled,
    ...explanation,
    same: explanation.same && state !== 'damaged',
    ledger: (await registry.ledger(model)).filter(({ evidence }) =>
      ids.some((id) => String(evidence['requestId']).startsWith(id)),
    ),
  };
}

function measurementState(
  { basis }: MonitorDecision,
  judged: object | null,
  kept: object | undefined,
): ExplainDocument['measurement'] {
  if (judged === null) return 'missing';
  const isWhole = basis !== undefined && digest(judged) === basis.measurementSha256;
  if (!isWhole) return basis?.measurement === undefined ? 'corrected' : 'damaged';
  return kept !== undefined && digest(kept) !== basis.measurementSha256 ? 'corrected' : 'as-judged';
}

function digest(value: object): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

function noSuchDecision(
  model: string,
  endMs: number,
  decisions: readonly MonitorDecision[],
): MillraceError {
  const nearest = [...decisions]
    .sort((a, b) => distance(a, endMs) - distance(b, endMs))
    .slice(0, 3)
    .map(decisionName);
  return new MillraceError(
    'NotFound',
    `no window of ${model} that ended at ${new Date(endMs).toISOString()} was decided`,
    nearest.length === 0
      ? 'none was decided yet; millrace monitor check looks now'
      : `the nearest are ${nearest.join(', ')}`,
  );
}

function distance({ window }: MonitorDecision, ms: number): number {
  return Math.abs(Date.parse(window.end) - ms);
}
