import { finitePart } from '../../samples/finite-part.js';
import type { Measure } from '../../univariate/measure.js';
import type { DrawStatistic } from './chance-of-counts.js';

/** Past this many rows a sample is drawn smaller, and its statistic scaled by the noise of its size. */
export const MAX_DRAWN_ROWS = 2_000;

/**
 * Chance draws of a distance between sorted samples, at both samples' sizes.
 *
 * Up to {@link MAX_DRAWN_ROWS} rows a side the rows of both are relabelled, which is exact. Larger
 * ones are drawn smaller, with replacement, and the distance, which is noise ∝ √(1/m + 1/n) by
 * chance, is scaled: in error by the order of 1/√2000 = 2 % for distributions with a variance,
 * more for heavier tails.
 *
 * @param reference - ascending, finite values and stand-ins for ±∞ (left out)
 * @param current - the same
 */
export function chanceOfOrder(
  measure: Measure,
  reference: Float64Array,
  current: Float64Array,
  random: () => number,
): DrawStatistic {
  const [a, b] = [finitePart(reference), finitePart(current)];
  const all = new Float64Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  all.sort();
  return chanceOfValues(measure, all, a.length, b.length, random);
}

/**
 * The same before a window has come: from the reference alone, for a window of `rows`.
 */
export function chanceOfReferenceOrder(
  measure: Measure,
  reference: Float64Array,
  rows: number,
  random: () => number,
): DrawStatistic {
  const values = finitePart(reference);
  return chanceOfValues(measure, values, values.length, rows, random);
}

/** Two samples of `m` and `n` rows that both come from `values`. */
function chanceOfValues(
  measure: Measure,
  values: Float64Array,
  m: number,
  n: number,
  random: () => number,
): DrawStatistic {
  const distance = distanceOnSorted(measure);
  if (values.length === m + n && Math.max(m, n) <= MAX_DRAWN_ROWS) {
    const [first, second] = [new Float64Array(m), new Float64Array(n)];
    return () => {
      relabel(values, first, second, random);
      return distance(first, second);
    };
  }
  const [drawnM, drawnN] = [Math.min(m, MAX_DRAWN_ROWS), Math.min(n, MAX_DRAWN_ROWS)];
  const scale = Math.sqrt((1 / m + 1 / n) / (1 / drawnM + 1 / drawnN));
  const [first, second] = [new Float64Array(drawnM), new Float64Array(drawnN)];
  return () => {
    drawSorted(values, first, random);
    drawSorted(values, second, random);
    return distance(first, second) * scale;
  };
}

/** Divides ascending values between two samples at random; both stay ascending. */
function relabel(
  values: Float64Array,
  first: Float64Array,
  second: Float64Array,
  random: () => number,
): void {
  let [i, j] = [0, 0];
  for (const value of values) {
    const left = first.length - i + second.length - j;
    if (random() * left < first.length - i) {
      first[i] = value;
      i += 1;
    } else {
      second[j] = value;
      j += 1;
    }
  }
}

/**
 * Fills `sample` with ascending draws with replacement: sorted uniform numbers are sums of
 * exponential ones over their total, so that nothing has to be sorted.
 */
function drawSorted(values: Float64Array, sample: Float64Array, random: () => number): void {
  let sum = 0;
  for (let i = 0; i < sample.length; i += 1) {
    sum -= Math.log(1 - random());
    sample[i] = sum;
  }
  sum -= Math.log(1 - random());
  const last = values.length - 1;
  for (let i = 0; i < sample.length; i += 1) {
    const place = Math.floor(((sample[i] ?? 0) / sum) * values.length);
    sample[i] = values[Math.min(last, place)] ?? 0;
  }
}

function distanceOnSorted({ name, onSorted }: Measure) {
  if (onSorted === undefined) throw new RangeError(`${name} does not compare sorted values`);
  return (reference: Float64Array, current: Float64Array) =>
    onSorted(reference, current).statistic ?? 0;
}
