import type { MetricInterval } from '../../contracts/index.js';
import {
  type Interval,
  measureClassificationChunks,
  measureRegressionChunks,
} from '../drift/index.js';
import { type LabelledSample, pickSample } from './labelled-sample.js';
import { boundsOf } from './prediction-bias.js';

/** Draws × rows stay below this, about a second: an activity without a heartbeat counts as dead. */
export const MOST_DRAWN_ROWS = 8_000_000;
const FEWEST_RESAMPLES = 100;
const MOST_RESAMPLES = 400;

/** Of more rows than this the bootstrap takes evenly spread ones. */
export const MOST_BOOTSTRAP_ROWS = MOST_DRAWN_ROWS / FEWEST_RESAMPLES;

/**
 * The 95 % interval of a window's metric: exact for shares of rows, by the bootstrap for the others.
 * Past {@link MOST_BOOTSTRAP_ROWS} rows the bootstrap's interval about the metric is narrowed by the
 * square root of how many rows there are for each that it took, as sampling error is.
 *
 * @param value - the metric on all rows
 * @param mostDrawnRows - bounds the work of the bootstrap: draws × rows
 * @returns `null` where the metric has none on these rows
 */
export function performanceInterval(
  sample: LabelledSample,
  metric: string,
  value: number,
  mostDrawnRows = MOST_DRAWN_ROWS,
): MetricInterval | null {
  const rows = sample.labels.length;
  const step = Math.ceil((rows * FEWEST_RESAMPLES) / mostDrawnRows);
  const thinned = step <= 1 ? sample : pickSample(sample, everyNth(rows, step));
  const drawn = intervalOf(thinned, metric, mostDrawnRows);
  // An exact interval costs one pass: it is taken of all rows.
  if (drawn?.method === 'clopper-pearson' || thinned === sample) {
    const exact = thinned === sample ? drawn : intervalOf(sample, metric, mostDrawnRows);
    return exact === undefined ? null : boundsOf(exact);
  }
  const bounds = drawn === undefined ? null : boundsOf(drawn);
  const middle = drawn?.value ?? null;
  if (bounds === null || middle === null) return null;
  const narrowing = Math.sqrt(thinned.labels.length / rows);
  return {
    low: value - (middle - bounds.low) * narrowing,
    high: value + (bounds.high - middle) * narrowing,
    method: bounds.method,
  };
}

function intervalOf(
  sample: LabelledSample,
  metric: string,
  mostDrawnRows: number,
): Interval | undefined {
  const affordable = Math.floor(mostDrawnRows / Math.max(1, sample.labels.length));
  const resamples = Math.max(FEWEST_RESAMPLES, Math.min(MOST_RESAMPLES, affordable));
  const options = { metrics: [metric], resamples };
  const [whole] =
    sample.task === 'regression'
      ? measureRegressionChunks(sample, options)
      : measureClassificationChunks(sample, options);
  return whole?.metrics[metric];
}

function everyNth(rows: number, step: number): Int32Array {
  return Int32Array.from({ length: Math.ceil(rows / step) }, (_, at) => at * step);
}
