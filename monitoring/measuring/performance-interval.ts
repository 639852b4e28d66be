import type { MetricInterval } from '../../contracts/index.js';
import {
  type Interval,
  measureClassificationChunks,
  measureRegressionChunks,
} from '../drift/index.js';
import type { LabelledSample } from './labelled-sample.js';
import { boundsOf } from './prediction-bias.js';

/** Draws × rows stay below this, about a second: an activity without a heartbeat counts as dead. */
const MOST_DRAWN_ROWS = 8_000_000;
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
 * @returns `null` where the metric has none on these rows
 */
export function performanceInterval(
  sample: LabelledSample,
  metric: string,
  value: number,
): MetricInterval | null {
  const rows = sample.labels.length;
  const step = Math.ceil(rows / MOST_BOOTSTRAP_ROWS);
  const thinned = step <= 1 ? sample : everyNth(sample, step);
  const drawn = intervalOf(thinned, metric);
  // An exact interval costs one pass: it is taken of all rows.
  if (drawn?.method === 'clopper-pearson' || thinned === sample) {
    const exact = thinned === sample ? drawn : intervalOf(sample, metric);
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

function intervalOf(sample: LabelledSample, metric: string): Interval | undefined {
  const affordable = Math.floor(MOST_DRAWN_ROWS / Math.max(1, sample.labels.length));
  const resamples = Math.max(FEWEST_RESAMPLES, Math.min(MOST_RESAMPLES, affordable));
  const options = { metrics: [metric], resamples };
  const [whole] =
    sample.task === 'regression'
      ? measureRegressionChunks(sample, options)
      : measureClassificationChunks(sample, options);
  return whole?.metrics[metric];
}

function everyNth(sample: LabelledSample, step: number): LabelledSample {
  const isKept = (_: number, row: number): boolean => row % step === 0;
  if (sample.task === 'regression') {
    const { labels, predictions } = sample;
    return { ...sample, labels: labels.filter(isKept), predictions: predictions.filter(isKept) };
  }
  const { labels, predictions, probabilities, classes } = sample;
  const width = classes.length;
  return {
    ...sample,
    labels: labels.filter(isKept),
    predictions: predictions.filter(isKept),
    probabilities: probabilities.filter((_, at) => Math.floor(at / width) % step === 0),
  };
}
