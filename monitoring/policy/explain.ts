import {
  canonicalJson,
  type MonitorDecision,
  type MonitorSpec,
  type Verdict,
  type WindowMeasurement,
} from '../../contracts/index.js';
import { configuredRule } from './configured-response.js';
import { diagnose, verdictOnSilence } from './diagnose.js';
import { type Finding, findings } from './findings/index.js';

/** A decision made again from what is stored, step by step. */
export interface Explanation {
  /** `null` where nothing was measured, so that nothing can be made again. */
  readonly again: Verdict | null;
  readonly same: boolean;
  /** Parts of the verdict that come out otherwise. */
  readonly differs: readonly string[];
  /** Every rule that the measurement matches, with its numbers and thresholds; the first decides. */
  readonly findings: readonly Pick<Finding, 'kind' | 'rule' | 'reason' | 'condition'>[];
  /** What the monitor block says of the first; `null` without one. */
  readonly configured: string | null;
}

/**
 * Makes a verdict again by the same function and from the same values as the monitor did.
 *
 * @param measurement - what was judged; `null` where nothing was
 * @param spec - the monitor block that judged
 */
export function explainDecision(
  { verdict, basis }: Pick<MonitorDecision, 'verdict' | 'basis'>,
  measurement: WindowMeasurement | null,
  spec: MonitorSpec,
): Explanation {
  const again = verdictAgain(verdict, basis?.recent ?? null, measurement, spec);
  const found = measurement === null ? [] : findings(measurement, spec);
  const first = found.find(
    ({ kind, condition }) => kind === verdict.kind && condition === verdict.condition,
  );
  const differs = again === null ? [] : differences(verdict, again);
  return {
    again,
    same: again !== null && differs.length === 0,
    differs,
    findings: found.map(({ kind, rule, reason, condition }) => ({
      kind,
      rule,
      reason,
      ...(condition !== undefined && { condition }),
    })),
    configured: first === undefined ? null : configuredText(first, spec),
  };
}

function verdictAgain(
  verdict: Verdict,
  recent: NonNullable<MonitorDecision['basis']>['recent'] | null,
  measurement: WindowMeasurement | null,
  spec: MonitorSpec,
): Verdict | null {
  // A silence has no window of rows: what was told of it is what it was decided on.
  if (verdict.silentSince !== undefined) {
    return { ...verdictOnSilence(spec, verdict.reason), silentSince: verdict.silentSince };
  }
  return measurement === null || recent === null ? null : diagnose(measurement, recent, spec);
}

function differences(before: Verdict, again: Verdict): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(again)]);
  const [first, second] = [{ ...before }, { ...again }] as Record<string, unknown>[];
  return [...names].filter(
    (name) => canonicalJson(first?.[name] ?? null) !== canonicalJson(second?.[name] ?? null),
  );
}

function configuredText(finding: Finding, spec: MonitorSpec): string {
  const { action, when, risk = spec.risk } = configuredRule(finding, spec);
  const { breaches, exit } = spec.respond.guards;
  return [
    `${action} after ${breaches.count} of ${breaches.of} windows`,
    ...(exit === undefined ? [] : [`left when ${exit.count} of ${exit.of} are clear`]),
    ...(when === undefined ? [] : [`when ${when}`]),
    ...(risk === undefined ? [] : [`${risk} risk`]),
  ].join(', ');
}
