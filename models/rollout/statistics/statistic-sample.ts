import type { MetricSample, Moments } from '../moments.js';
import { confusionEstimate, countsByClass } from './confusion-statistics.js';
import { type Estimate, type LabelledRows, LEAST_ROWS_OF_A_CLASS } from './estimate.js';
import { pseudoRowsOf } from './pseudo-rows.js';
import { rankingEstimate } from './ranking-statistics.js';
import { r2Estimate, rmseEstimate } from './regression-statistics.js';

/** Metrics of all rows together that are no mean over them; more of each is better, but for rmse. */
export const STATISTICS = [
  'rmse',
  'r2',
  'precision',
  'recall',
  'f1',
  'rocAuc',
  'averagePrecision',
] as const;
export type Statistic = (typeof STATISTICS)[number];

export interface StatisticArms {
  readonly champion: LabelledRows;
  readonly challenger: LabelledRows;
  /** Both answered the same rows, in the same order. */
  readonly paired: boolean;
  /** How many classes the models know; 0 of a regression. */
  readonly classes: number;
}

/**
 * A metric that is no mean over rows, as a sequential test takes it: its value, and the variance of
 * the influence of a row, which is to such a metric what the variance of a row's loss is to a mean.
 * An asymptotically linear estimator obeys the same time-uniform limit theorem as a mean, so that
 * the interval may be looked at as often.
 *
 * One right and one wrong row, of a classification of each class, are added to the variance, never to
 * the value: what was never wrong so far is not known to be without spread.
 *
 * @returns oriented so that less is better; with `lacks` where a class has too few rows
 * @see I. Waudby-Smith, D. Arbour, R. Sinha, E. Kennedy and A. Ramdas, Time-uniform central limit
 * theory and asymptotic confidence sequences, Annals of Statistics 52(6), 2024
 */
export function statisticSample(metric: Statistic, arms: StatisticArms): MetricSample {
  const { champion, challenger, paired, classes } = arms;
  const lacks =
    lackOf(metric, champion, classes, 'champion') ??
    lackOf(metric, challenger, classes, 'challenger');
  const add = pseudoRowsOf(arms);
  const [one, other] = [
    armOf(metric, champion, add(champion, 'rightFirst'), classes),
    armOf(metric, challenger, add(challenger, 'wrongFirst'), classes),
  ];
  const sample = { champion: one.moments, challenger: other.moments };
  if (lacks !== null) return { ...sample, lacks };
  if (!paired) return sample;
  const sign = metric === 'rmse' ? 1 : -1;
  const apart = other.influence.map((each, row) => sign * (each - (one.influence[row] ?? 0)));
  const mean = other.moments.mean - one.moments.mean;
  const difference = { rows: challenger.labels.length, mean, variance: varianceOf(apart) };
  return { ...sample, difference };
}

/** @returns a value that is not finite where the metric is not defined on the rows */
function armOf(metric: Statistic, rows: LabelledRows, smoothed: LabelledRows, classes: number) {
  const estimate = estimateOf(metric, rows, classes);
  const influence = estimateOf(metric, smoothed, classes)?.influence ?? new Float64Array(0);
  const value = estimate?.value ?? Number.NaN;
  const moments: Moments = {
    rows: rows.labels.length,
    mean: metric === 'rmse' ? value : -value,
    variance: varianceOf(influence),
  };
  return { moments, influence };
}

export function estimateOf(
  metric: Statistic,
  rows: LabelledRows,
  classes: number,
): Estimate | null {
  switch (metric) {
    case 'rmse':
      return rmseEstimate(rows);
    case 'r2':
      return r2Estimate(rows);
    case 'rocAuc':
    case 'averagePrecision':
      return rankingEstimate(metric, rows, classes);
    default:
      return confusionEstimate(metric, rows, classes);
  }
}

/** Which class is not yet seen often enough in an arm; `null`: none. */
function lackOf(
  metric: Statistic,
  { labels, predictions }: LabelledRows,
  classes: number,
  arm: string,
): string | null {
  if (classes === 0) return null;
  const counts = countsByClass(labels, predictions);
  const ranks = metric === 'rocAuc' || metric === 'averagePrecision';
  const needed = ranks ? Array.from({ length: classes }, (_, index) => index) : [...counts.keys()];
  for (const index of classes === 2 && !ranks ? [1] : needed) {
    const { actual = 0, predicted = 0 } = counts.get(index) ?? {};
    const found = metric === 'precision' ? predicted : actual;
    if (found >= LEAST_ROWS_OF_A_CLASS) continue;
    const which = metric === 'precision' ? 'that were given' : 'of';
    return `${found} rows ${which} class ${index < 0 ? 'unknown' : index + 1} in the ${arm} (needed: ${LEAST_ROWS_OF_A_CLASS})`;
  }
  return null;
}

/** Of a sample, about its own mean. */
function varianceOf(values: Float64Array): number {
  const rows = values.length;
  if (rows < 2) return 0;
  const mean = values.reduce((sum, value) => sum + value, 0) / rows;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (rows - 1);
}
