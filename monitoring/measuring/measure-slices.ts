import {
  canonicalJson,
  type ModelSignature,
  type MonitorSpec,
  type SliceMeasurement,
  type SliceSpec,
} from '../../contracts/index.js';
import { DEFAULT_METRIC, findMetric } from '../../models/inference/metrics/index.js';
import {
  type BoundedFigure,
  benjaminiHochberg,
  largerByChance,
  type SliceBaseline,
} from '../drift/index.js';
import { type LabelledSample, needsProbabilities } from './labelled-sample.js';
import { relativeLossOf } from './measure-performance.js';
import { servedDecisions, servedSample } from './served-sample.js';
import { type SlicePerformance, slicePerformance } from './slice-performance.js';
import { countOf, sliceMasks } from './slice-rows.js';
import type { Pause } from './table-columns.js';
import type { Measured, WindowContext } from './window-part.js';
import { labelledAtMost, type WindowRows } from './window-rows.js';

/** Relative loss where the monitor watches no performance of the whole. */
const DEFAULT_LOSS = 0.1;

/** Level of the p-values, corrected for the number of slices. */
const ALPHA = 0.05;

/** Labelled rows whose probabilities are asked for; of more, so many at even steps. */
const MOST_ASKED_ROWS = 100_000;

/** What slices are measured by: the metric of the whole. */
export function sliceMetric({ performance }: MonitorSpec, { task }: ModelSignature): string {
  return performance?.metric ?? DEFAULT_METRIC[task];
}

/** Performance of each slice of the monitor against the same slice of the hold-out. */
export async function measureSlices(context: WindowContext): Promise<Measured> {
  const { deps, request, version, profile, rows, pause } = context;
  const { slices = [], performance } = request.spec;
  if (slices.length === 0) return {};
  const { signature } = version.content;
  const metric = sliceMetric(request.spec, signature);
  const asks = needsProbabilities(metric, signature);
  const labelled = asks ? labelledAtMost(context.labelled, MOST_ASKED_ROWS) : context.labelled;
  const sample = asks
    ? await servedSample(deps, version, labelled, request.signal)
    : servedDecisions(version, labelled);
  const masks = await sliceMasks(labelled, slices, pause);
  const found = await performanceOfSlices(masks, sample, metric, pause);
  const all = labelled.rows === rows.rows ? masks : await sliceMasks(rows, slices, pause);
  const threshold = performance?.worseThanShare ?? DEFAULT_LOSS;
  const known = slices.map((slice) => baselineOf(profile.content.slices, slice, metric));
  return {
    slices: judgeSlices(
      slices.map(({ name }, at) => ({
        name,
        rows: countOf(all[at] ?? new Uint8Array()),
        performance: found[at] ?? { rows: 0, value: null, interval: null },
        baseline: known[at] ?? null,
      })),
      { metric, signature, threshold },
    ),
  };
}

/** What later windows are compared with: each slice of the hold-out. */
export async function sliceBaselines(
  holdout: WindowRows,
  sample: LabelledSample,
  spec: MonitorSpec,
  signature: ModelSignature,
  pause: Pause,
): Promise<readonly SliceBaseline[]> {
  const { slices = [] } = spec;
  const metric = sliceMetric(spec, signature);
  const masks = await sliceMasks(holdout, slices, pause);
  const found = await performanceOfSlices(masks, sample, metric, pause);
  return found.map((performance, at) => ({
    where: slices[at]?.where ?? [],
    metric,
    ...performance,
  }));
}

async function performanceOfSlices(
  masks: readonly Uint8Array[],
  sample: LabelledSample,
  metric: string,
  pause: Pause,
): Promise<readonly SlicePerformance[]> {
  const found: SlicePerformance[] = [];
  for (const mask of masks) {
    await pause();
    found.push(slicePerformance(sample, metric, mask, masks.length));
  }
  return found;
}

/** One slice with what it is judged by. */
export interface SliceDraft {
  readonly name: string;
  readonly rows: number;
  readonly performance: SlicePerformance;
  readonly baseline: SliceBaseline | null;
}

/**
 * A slice has lost when it is worse than on the hold-out beyond chance **and** by more than the
 * threshold. Chance is that of both sides, for the slice may be as small on the hold-out; its
 * p-values are corrected for how many slices are watched.
 */
export function judgeSlices(
  drafts: readonly SliceDraft[],
  rules: {
    readonly metric: string;
    readonly signature: ModelSignature;
    readonly threshold: number;
  },
): readonly SliceMeasurement[] {
  const { metric, signature, threshold } = rules;
  const { higherIsBetter } = findMetric(metric, signature.task);
  const pValues = drafts.map(({ performance, baseline }) => {
    const [now, then] = [bounded(performance), baseline === null ? null : bounded(baseline)];
    if (now === null || then === null) return null;
    return higherIsBetter ? largerByChance(then, now) : largerByChance(now, then);
  });
  const adjusted = benjaminiHochberg(pValues);
  return drafts.map(({ name, rows, performance, baseline }, at): SliceMeasurement => {
    const { value, interval } = performance;
    const before = baseline?.value ?? null;
    const loss =
      value === null || before === null
        ? null
        : relativeLossOf(metric, signature.task, value, before);
    const adjustedPValue = adjusted[at] ?? null;
    const isWorse = adjustedPValue !== null && adjustedPValue <= ALPHA;
    const verdict = isWorse && (loss ?? 0) > threshold ? 'lost' : 'kept';
    return {
      name,
      rows,
      labelledRows: performance.rows,
      metric,
      value,
      baseline: before,
      relativeLoss: loss,
      ...(interval !== null && { interval }),
      ...(adjustedPValue !== null && { adjustedPValue }),
      verdict: adjustedPValue === null ? 'insufficient' : verdict,
    };
  });
}

function bounded({
  value,
  interval,
}: Pick<SlicePerformance, 'value' | 'interval'>): BoundedFigure | null {
  return value === null || interval === null ? null : { ...interval, value };
}

/** A monitor of a later version may have other slices than this version was registered with. */
function baselineOf(
  baselines: readonly SliceBaseline[] = [],
  { where }: SliceSpec,
  metric: string,
): SliceBaseline | null {
  const wanted = canonicalJson(where);
  return (
    baselines.find(
      (baseline) => baseline.metric === metric && canonicalJson(baseline.where) === wanted,
    ) ?? null
  );
}
