import {
  type ComparedColumn,
  chooseMeasure,
  compareCounts,
} from '../../../../monitoring/drift/dataset/index.js';
import { drawMultinomial } from '../../../../monitoring/drift/dataset/resampling/count-draws.js';
import { seededRandom } from '../../../../monitoring/drift/samples/seeded-random.js';
import {
  kolmogorovSmirnovMeasure,
  kolmogorovSmirnovPValue,
  kolmogorovSmirnovStatistic,
} from '../../../../monitoring/drift/univariate/kolmogorov-smirnov.js';

/** Draws the comparison of one column whose two samples have the same distribution. */
export type DrawColumn = (index: number) => ComparedColumn;

export const COLUMNS = 30;

/** Rows that both samples have; frames of the three kinds that the simulations use. */
export function nullColumns(seed: number, rows: number) {
  const random = seededRandom(seed);
  const continuous: DrawColumn = (index) =>
    continuousColumn(index, sortedUniforms(rows, random), sortedUniforms(rows, random));
  const counted =
    (kind: 'categorical' | 'boolean' | 'numeric', shares: readonly number[]): DrawColumn =>
    (index) => {
      const draw = () => named(drawMultinomial(rows, shares, random));
      return compareCounts({ ...identity(index, rows), kind }, draw(), draw());
    };
  const categorical: DrawColumn = (index) =>
    counted('categorical', CATEGORIES[index % CATEGORIES.length] ?? [1])(index);
  const mixed: DrawColumn = (index) => {
    if (index % 3 === 0) return continuous(index);
    if (index % 3 === 1) return categorical(index);
    const shares = DISCRETE[index % DISCRETE.length] ?? [1];
    return counted(shares.length === 2 ? 'boolean' : 'numeric', shares)(index);
  };
  return { continuous, categorical, mixed };
}

/** Shares of the categories: even, falling, one rare, one in a hundred, many. */
const CATEGORIES: readonly (readonly number[])[] = [
  [1, 1, 1],
  Array.from({ length: 10 }, (_, i) => 0.6 ** i),
  [0.5, 0.3, 0.19, 0.01],
  [0.99, 0.01],
  Array.from({ length: 200 }, (_, i) => 1 / (i + 1)),
  [0.95, 0.02, 0.02, 0.01],
];

const DISCRETE: readonly (readonly number[])[] = [
  [0.5, 0.5],
  [0.1, 0.2, 0.4, 0.2, 0.1],
  [0.9, 0.1],
  Array.from({ length: 10 }, () => 1),
];

function named(counts: Float64Array): Map<string, number> {
  return new Map([...counts.entries()].filter(([, n]) => n > 0).map(([i, n]) => [`v${i}`, n]));
}

export function identity(index: number, rows: number) {
  return {
    name: `c${index}`,
    referenceRows: rows,
    currentRows: rows,
    referenceMissing: 0,
    currentMissing: 0,
  };
}

/**
 * `rows` uniform numbers, ascending, in linear time: sums of exponential numbers over their total.
 * Kolmogorov–Smirnov sees the order alone, so that they stand for any continuous distribution.
 */
export function sortedUniforms(rows: number, random: () => number): Float64Array {
  const values = new Float64Array(rows);
  let sum = 0;
  for (let i = 0; i < rows; i += 1) {
    sum -= Math.log(1 - random());
    values[i] = sum;
  }
  const total = sum - Math.log(1 - random());
  for (let i = 0; i < rows; i += 1) values[i] = (values[i] ?? 0) / total;
  return values;
}

const PROBABILITIES = new Map<string, number>();

/**
 * What `compareOrdered` makes of a column of continuous numbers. The exact p-value of 10,000 rows
 * against as many takes milliseconds and depends on D alone, which has few values: each is computed
 * once.
 */
export function continuousColumn(
  index: number,
  reference: Float64Array,
  current: Float64Array,
): ComparedColumn {
  const [m, n] = [reference.length, current.length];
  const statistic = kolmogorovSmirnovStatistic(reference, current);
  const key = `${m} ${n} ${statistic}`;
  const pValue = PROBABILITIES.get(key) ?? kolmogorovSmirnovPValue(statistic, m, n);
  PROBABILITIES.set(key, pValue);
  const kind = 'numeric';
  return {
    ...identity(index, m),
    currentRows: n,
    kind,
    test: chooseMeasure({ kind, referenceRows: m, currentRows: n, distinct: m + n }),
    statistic,
    pValue,
    effect: {
      measure: kolmogorovSmirnovMeasure.effectMeasure,
      value: statistic,
      threshold: kolmogorovSmirnovMeasure.smallestEffect,
    },
    note: null,
    shift: null,
  };
}
