import {
  type ArtifactRef,
  type ChampionComparison,
  type GateResult,
  type JsonValue,
  MEDIA_TYPE,
  type Metrics,
  MillraceError,
  type ModelManifest,
} from '../../contracts/index.js';
import { DEFAULT_METRIC, findMetric, measureTable } from '../../models/inference/metrics/index.js';
import { openModel } from '../../models/sources/index.js';
import { evaluateGate, type GateParts } from '../../pipelines/expressions/index.js';
import { readTable, refusePrepared, type Table } from '../../storage/tabular/index.js';
import type { StepWork, StepWorkContext } from '../step-work.js';
import { championOnHoldout, type MeasuredChampion } from './champion-on-holdout.js';
import { compareWithChampion } from './compare-with-champion.js';
import { gateParts } from './gate-parts.js';
import { optionalText, requiredArtifact, requiredArtifacts, requiredText } from './step-inputs.js';

interface Candidate {
  readonly manifest: ModelManifest;
  readonly metrics: Metrics;
  readonly rows: number;
}

/**
 * Measures every candidate and the current champion on the same hold-out, picks the best by
 * `primaryMetric` (default `mae`, for a classification `f1`; of equals the first), and asks the gate.
 * Hands on the artifact `best`, a manifest with its evaluation; its metrics; and the values
 * `bestIndex`, `primaryMetric`, `rows`, `candidates` (the metrics of each) and, where there is a
 * champion, `comparison`: the best against it row by row.
 *
 * @throws MillraceError `InvalidInput` when a candidate does not fit the hold-out, predicts
 * something else than `target`, or no candidate has the primary metric
 */
export const evaluate: StepWork = async (context) => {
  const { deps, logger } = context;
  const target = requiredText(context, 'target');
  const holdoutRef = requiredArtifact(context, 'holdout');
  const manifests = await readManifests(context, target);
  const holdout = await readTable(await deps.artifacts.localPath(holdoutRef), {
    format: 'parquet',
    signal: context.signal,
  });
  refusePrepared(
    holdout.metadata,
    `step ${context.step.id}: with.holdout`,
    'give the raw hold-out: the model prepares its rows itself',
  );
  const candidates: Candidate[] = [];
  for (const manifest of manifests) {
    candidates.push(await measure(context, manifest, holdout));
    report(context, candidates.length / (manifests.length + 1));
  }
  const primaryMetric = optionalText(context, 'primaryMetric');
  const { best, bestIndex, metric } = pickBest(context, candidates, primaryMetric);
  const measured = await championOnHoldout(context, best.manifest, holdout);
  const champion =
    measured === null ? null : { version: measured.version, metrics: measured.metrics };
  const comparison = await compare(context, best.manifest, measured, holdout, metric);
  const parts = await gateParts(context, best.manifest, holdout);
  const gate = askGate(context, best.metrics, champion?.metrics ?? null, parts);
  if (gate !== null) logger.info({ gate }, gate.passed ? 'the gate passed' : 'the gate said no');

  const evaluated: ModelManifest = {
    ...best.manifest,
    evaluation: {
      holdout: holdoutRef,
      rows: best.rows,
      metrics: best.metrics,
      champion,
      gate,
      ...(comparison !== null && { comparison }),
    },
  };
  const values: Record<string, JsonValue> = {
    bestIndex,
    primaryMetric: metric,
    rows: best.rows,
    candidates: candidates.map(({ metrics }) => metrics),
  };
  if (champion !== null) values['champion'] = { ...champion };
  if (comparison !== null) values['comparison'] = JSON.parse(JSON.stringify(comparison));
  return {
    outputs: {
      values,
      artifacts: { best: await deps.artifacts.putJson(evaluated, MEDIA_TYPE.model) },
      metrics: best.metrics,
    },
    gate,
  };
};

/** `null` where there is no champion, or none that can be compared. */
async function compare(
  context: StepWorkContext,
  challenger: ModelManifest,
  measured: MeasuredChampion | null,
  holdout: Table,
  metric: string,
): Promise<ChampionComparison | null> {
  if (measured === null || measured.manifest === null) return null;
  const { manifest: champion, version } = measured;
  const pair = { challenger, champion, version };
  const comparison = await compareWithChampion(context, pair, holdout, metric);
  context.logger.info({ comparison }, comparison.reason);
  return comparison;
}

function report(context: StepWorkContext, progress: number): void {
  context.report({ progress, metrics: {} });
}

async function readManifests(
  context: StepWorkContext,
  target: string,
): Promise<readonly [ModelManifest, ...ModelManifest[]]> {
  const { deps, step } = context;
  const refuse = (ref: ArtifactRef, what: string) =>
    new MillraceError(
      'InvalidInput',
      `step ${step.id}: with.models ${ref.uri} ${what}`,
      'give it the output `model` of a train step',
    );
  const manifests: ModelManifest[] = [];
  for (const ref of requiredArtifacts(context, 'models')) {
    if (ref.mediaType !== MEDIA_TYPE.model) throw refuse(ref, `is ${ref.mediaType}, not a model`);
    const manifest = await deps.artifacts.readJson<ModelManifest>(ref);
    if (manifest.target !== target) {
      throw refuse(ref, `predicts ${manifest.target}, but with.target is ${target}`);
    }
    if (manifests[0] !== undefined && manifests[0].task !== manifest.task) {
      throw refuse(ref, `is a ${manifest.task}, the first a ${manifests[0].task}`);
    }
    manifests.push(manifest);
  }
  const [first, ...others] = manifests;
  if (first === undefined) throw new MillraceError('Internal', 'evaluate: no candidate');
  return [first, ...others];
}

async function measure(
  { deps, signal }: StepWorkContext,
  manifest: ModelManifest,
  holdout: Table,
): Promise<Candidate> {
  const model = await openModel(deps, manifest);
  try {
    return { manifest, ...(await measureTable(model, holdout, manifest.target, signal)) };
  } finally {
    await model.release();
  }
}

function pickBest(
  { step }: StepWorkContext,
  candidates: readonly Candidate[],
  wanted: string | undefined,
): { readonly best: Candidate; readonly bestIndex: number; readonly metric: string } {
  const task = candidates[0]?.manifest.task ?? 'regression';
  const { name, higherIsBetter } = findMetric(wanted ?? DEFAULT_METRIC[task], task);
  let found: { best: Candidate; bestIndex: number; value: number } | null = null;
  for (const [bestIndex, best] of candidates.entries()) {
    const value = best.metrics[name];
    if (value === undefined) continue;
    const better = found === null || (higherIsBetter ? value > found.value : value < found.value);
    if (better) found = { best, bestIndex, value };
  }
  if (found !== null) return { best: found.best, bestIndex: found.bestIndex, metric: name };
  throw new MillraceError(
    'InvalidInput',
    `step ${step.id}: ${name} is not defined for any candidate on this hold-out`,
    'choose another `primaryMetric`, or hold out more rows',
  );
}

/** `null` where the step has no gate. An override is noted only where it was needed. */
function askGate(
  { step, task }: StepWorkContext,
  metrics: Metrics,
  champion: Metrics | null,
  parts: GateParts,
): GateResult | null {
  if (step.gate === null) return null;
  const gate = evaluateGate(step.gate, { metrics, champion, params: task.run.params, parts });
  return gate.passed || task.gateOverride === null
    ? gate
    : { ...gate, overrideReason: task.gateOverride };
}
