import type {
  MonitorSpec,
  TaskType,
  VersionRecord,
  WindowMeasurement,
} from '../../contracts/index.js';
import { findMetric } from '../../models/inference/metrics/index.js';
import { LOG_COLUMN } from '../../models/predictions/ports.js';
import type { Column, Table } from '../../storage/tabular/table.js';
import {
  pairedDifference,
  type ReferenceProfile,
  timeBlocks,
  type UsualValues,
  usualValues,
} from '../drift/index.js';
import { askVersion } from './ask-version.js';
import type { MeasuringDeps } from './deps.js';
import { type LabelledSample, metricsOf, rowLosses, sampleOf } from './labelled-sample.js';
import { performanceInterval } from './performance-interval.js';
import { eventTimes, requireColumn, rowsWithValue, selectRows } from './table-columns.js';
import { ANSWER_COLUMNS, type LabelledRows, rowsAt, type WindowRows } from './window-rows.js';

const LOG = 'the prediction log';

/** Below this a baseline is as good as zero, and a relative loss against it says nothing smaller. */
const SMALLEST_BASELINE = 1e-12;

/**
 * The rows of a window whose label has come. A regression's label that is no number counts as not
 * come: one client's `"n/a"` must not cost the window.
 */
export async function labelledRows(rows: WindowRows, task: TaskType): Promise<LabelledRows> {
  const answers = await rows.read(ANSWER_COLUMNS);
  const label = requireColumn(answers, LOG_COLUMN.label, LOG);
  const usable = task === 'regression' ? asNumbers(label) : label;
  const columns = answers.columns.map((column) => (column === label ? usable : column));
  const places = rowsWithValue(usable);
  return { ...rowsAt(rows, places), answers: selectRows({ ...answers, columns }, places) };
}

function asNumbers(column: Column): Column {
  if (column.kind === 'boolean') {
    return { name: column.name, kind: 'number', values: column.values.map(() => Number.NaN) };
  }
  if (column.kind !== 'string') return column;
  const values = Float64Array.from(column.values, (text) =>
    text === null || text.trim() === '' ? Number.NaN : Number(text),
  );
  return { name: column.name, kind: 'number', values };
}

/** Worse than the baseline by this share of it, whichever direction is worse; positive is worse. */
export function relativeLossOf(
  metric: string,
  task: TaskType,
  value: number,
  baseline: number,
): number {
  const { higherIsBetter } = findMetric(metric, task);
  const worse = higherIsBetter ? baseline - value : value - baseline;
  return worse / Math.max(Math.abs(baseline), SMALLEST_BASELINE);
}

/**
 * Performance against the baseline of the hold-out, by the metric's own direction. It is lost when
 * it is worse by more than `worseThan` **and** than the hold-out's own windows ever go by chance: a
 * week of hours that follow one another is off by some tenths of the baseline without any change.
 *
 * @returns `null` where the monitor does not watch it or the version was never evaluated;
 * `insufficient` with fewer labelled rows than `minRows`
 */
export function measurePerformance(
  version: VersionRecord,
  profile: Pick<ReferenceProfile, 'performance'>,
  sample: LabelledSample | null,
  rows: number,
  spec: MonitorSpec,
): WindowMeasurement['performance'] {
  const { performance, window } = spec;
  const baseline = version.content.evaluation?.metrics[performance?.metric ?? ''];
  if (performance === null || baseline === undefined) return null;
  const { metric, worseThanShare: threshold } = performance;
  const enough = sample !== null && rows >= window.minRows;
  const value = (enough ? metricsOf(sample)[metric] : undefined) ?? null;
  if (value === null) {
    const none = { value: null, relativeLoss: null };
    return { verdict: 'insufficient', metric, baseline, threshold, ...none };
  }
  const { task } = version.content;
  const relativeLoss = relativeLossOf(metric, task, value, baseline);
  const usual = usualPerformance(profile, metric, task);
  const isUsual = usual !== null && relativeLossOf(metric, task, value, usual.limit) <= 0;
  const verdict = relativeLoss > threshold && !isUsual ? 'lost' : 'kept';
  const interval = sample === null ? null : performanceInterval(sample, metric, value);
  return {
    verdict,
    metric,
    value,
    baseline,
    relativeLoss,
    threshold,
    ...(interval !== null && { interval }),
    ...(usual !== null && { usual }),
  };
}

/** What the windows of the hold-out show; `null` where they are too few to tell. */
function usualPerformance(
  { performance }: Pick<ReferenceProfile, 'performance'>,
  metric: string,
  task: TaskType,
): UsualValues | null {
  const values = performance.flatMap(({ metrics }) => metrics[metric] ?? []);
  return usualValues(values, findMetric(metric, task).higherIsBetter ? 'below' : 'above');
}

/**
 * Asks an earlier version the same labelled rows (`asked` has their inputs), and compares the losses
 * row by row with an interval over blocks of time.
 *
 * @returns `null` where the metric is not defined for it on these rows
 */
export async function compareWithPrevious(
  deps: Pick<MeasuringDeps, 'artifacts'>,
  previous: VersionRecord,
  labelled: { readonly asked: Table; readonly answers: Table },
  served: LabelledSample,
  metric: string,
  signal?: AbortSignal,
): Promise<WindowMeasurement['previous']> {
  const answers = await askVersion(deps, previous, labelled.asked, signal);
  const earlier = sampleOf(requireColumn(labelled.answers, LOG_COLUMN.label, LOG), answers);
  const value = metricsOf(earlier)[metric];
  const [own, other] = [rowLosses(served, metric), rowLosses(earlier, metric)];
  const times = eventTimes(requireColumn(labelled.answers, LOG_COLUMN.eventTime, LOG));
  const lossDifference = pairedDifference(
    own.map((loss, row) => loss - (other[row] ?? Number.NaN)),
    timeBlocks(times),
  );
  if (value === undefined || lossDifference === null) return null;
  return { version: previous.version, value, better: lossDifference.low > 0, lossDifference };
}
