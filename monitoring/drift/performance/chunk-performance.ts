import { type BootstrapOptions, bootstrapInterval } from './bootstrap.js';
import { DEFAULT_LEVEL, type Interval } from './interval.js';
import type { ClassificationSample, RegressionSample } from './metrics/metric.js';
import { CLASSIFICATION_METRICS, REGRESSION_METRICS } from './metrics/registry.js';
import { proportionInterval } from './proportion-interval.js';

/** Performance on one run of rows. */
export interface ChunkPerformance {
  /** First row, and the row after the last. */
  readonly start: number;
  readonly end: number;
  readonly metrics: { readonly [name: string]: Interval };
}

export interface ChunkOptions extends BootstrapOptions {
  /** Rows a chunk, ≥ 1; the last one may be shorter. Default: all rows are one chunk. */
  readonly chunkRows?: number;
  /** Names of metrics. Default: all of the task. */
  readonly metrics?: readonly string[];
}

/**
 * Metrics of a regression per chunk, with bootstrap intervals.
 *
 * @throws RangeError on an unknown metric, unequal lengths or a chunk of no rows
 * @example
 * measureRegressionChunks({ labels: [3, 5], predictions: [2, 5] }, { metrics: ['mae'] })[0].metrics.mae.value; // 0.5
 */
export function measureRegressionChunks(
  sample: RegressionSample,
  options: ChunkOptions = {},
): readonly ChunkPerformance[] {
  const metrics = pick(REGRESSION_METRICS, options.metrics);
  checkLengths(sample);
  return chunksOf(sample.labels.length, options.chunkRows).map(([start, end], chunk) => ({
    start,
    end,
    metrics: Object.fromEntries(
      metrics.map((metric) => {
        const figure = (rows: Int32Array) =>
          metric.compute({
            labels: take(sample.labels, rows, start),
            predictions: take(sample.predictions, rows, start),
          });
        return [metric.name, bootstrapInterval(end - start, figure, seeded(options, chunk))];
      }),
    ),
  }));
}

/**
 * Metrics of a classification per chunk: shares of rows (accuracy; precision and recall of two
 * classes) with the exact interval of Clopper and Pearson, the others by the bootstrap.
 *
 * @throws RangeError on an unknown metric, unequal lengths or a chunk of no rows
 */
export function measureClassificationChunks(
  sample: ClassificationSample,
  options: ChunkOptions = {},
): readonly ChunkPerformance[] {
  const metrics = pick(CLASSIFICATION_METRICS, options.metrics);
  checkLengths(sample);
  const width = sample.classes.length;
  return chunksOf(sample.labels.length, options.chunkRows).map(([start, end], chunk) => ({
    start,
    end,
    metrics: Object.fromEntries(
      metrics.map((metric) => {
        const share = shareOf(metric.name, sample, start, end);
        if (share !== null) {
          const { successes, trials } = share;
          return [metric.name, proportionInterval(successes, trials, options.level)];
        }
        const figure = (rows: Int32Array) =>
          metric.compute({
            classes: sample.classes,
            labels: take(sample.labels, rows, start),
            predictions: take(sample.predictions, rows, start),
            probabilities: takeWide(sample.probabilities, rows, start, width),
          });
        return [metric.name, bootstrapInterval(end - start, figure, seeded(options, chunk))];
      }),
    ),
  }));
}

/** What the metric is a share of; `null` where it is none. */
function shareOf(
  metric: string,
  { classes, labels, predictions }: ClassificationSample,
  start: number,
  end: number,
): { readonly successes: number; readonly trials: number } | null {
  const ofPositives = metric === 'precision' || metric === 'recall';
  if (metric !== 'accuracy' && !(ofPositives && classes.length === 2)) return null;
  let [successes, trials] = [0, 0];
  for (let row = start; row < end; row += 1) {
    if (ofPositives && (metric === 'precision' ? predictions[row] : labels[row]) !== 1) continue;
    trials += 1;
    successes += labels[row] === predictions[row] ? 1 : 0;
  }
  return { successes, trials };
}

function pick<T extends { readonly name: string }>(
  metrics: readonly T[],
  names: readonly string[] | undefined,
): readonly T[] {
  return (names ?? metrics.map(({ name }) => name)).map((name) => {
    const found = metrics.find((metric) => metric.name === name);
    if (found !== undefined) return found;
    const known = metrics.map((metric) => metric.name).join(', ');
    throw new RangeError(`no metric is called '${name}' here; there are ${known}`);
  });
}

function checkLengths({ labels, predictions }: RegressionSample): void {
  if (labels.length !== predictions.length) {
    throw new RangeError(`${labels.length} labels for ${predictions.length} predictions`);
  }
}

function chunksOf(rows: number, chunkRows = Math.max(1, rows)): readonly [number, number][] {
  if (!(Number.isInteger(chunkRows) && chunkRows >= 1)) {
    throw new RangeError(`chunks of ${chunkRows} rows: it is a whole number ≥ 1`);
  }
  return Array.from({ length: Math.ceil(rows / chunkRows) }, (_, chunk) => [
    chunk * chunkRows,
    Math.min(rows, (chunk + 1) * chunkRows),
  ]);
}

function seeded(options: ChunkOptions, chunk: number): BootstrapOptions {
  return { ...options, level: options.level ?? DEFAULT_LEVEL, seed: (options.seed ?? 42) + chunk };
}

function take(values: ArrayLike<number>, rows: Int32Array, from: number): Float64Array {
  return Float64Array.from(rows, (row) => values[from + row] ?? Number.NaN);
}

function takeWide(
  values: ArrayLike<number>,
  rows: Int32Array,
  from: number,
  width: number,
): Float64Array {
  const taken = new Float64Array(rows.length * width);
  rows.forEach((row, at) => {
    for (let i = 0; i < width; i += 1) {
      taken[at * width + i] = values[(from + row) * width + i] ?? Number.NaN;
    }
  });
  return taken;
}
