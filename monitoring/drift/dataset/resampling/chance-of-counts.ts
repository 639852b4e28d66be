import type { Measure } from '../../univariate/measure.js';
import { drawGamma, drawMultinomial, drawPart } from './count-draws.js';

/** Where the counts come from, which says how they vary by chance. */
export type CountsOf = 'categories' | 'quantile-bins';

/** A draw of what a statistic is where nothing but chance tells two samples apart. */
export type DrawStatistic = () => number;

/**
 * Chance draws of a distance between counts, at both samples' sizes.
 *
 * - `categories`: the rows of both samples are relabelled, which is exact: the categories' shares
 *   are those of both together, and each draw keeps them (multivariate hypergeometric).
 * - `quantile-bins` (of the reference): the reference's counts are even by construction, its noise
 *   is in the edges. The true shares of bins between order statistics are a Dirichlet draw of the
 *   ranks between them, 1 for each outer bin: exact where values do not repeat. The current counts
 *   are a multinomial draw of those shares.
 *
 * @param measure - with `onCounts`
 * @see S. S. Wilks, Mathematical Statistics, 1962, 8.7: coverages of order statistics are Dirichlet
 */
export function chanceOfCounts(
  measure: Measure,
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  countsOf: CountsOf,
  random: () => number,
): DrawStatistic {
  const distance = distanceOnCounts(measure);
  const rows = sumOf(current);
  if (countsOf === 'categories') {
    const all = Float64Array.from(reference, (count, i) => count + (current[i] ?? 0));
    return () => {
      const part = drawPart(all, rows, random);
      const rest = all.map((count, i) => count - (part[i] ?? 0));
      return distance(rest, part);
    };
  }
  const shapes = ranksBetweenEdges(reference);
  return () => {
    const shares = shapes.map((shape) => drawGamma(shape, random));
    return distance(reference, drawMultinomial(rows, shares, random));
  };
}

/**
 * The same before a window has come: from the reference alone, for a window of `rows`.
 */
export function chanceOfReferenceCounts(
  measure: Measure,
  reference: ArrayLike<number>,
  rows: number,
  countsOf: CountsOf,
  random: () => number,
): DrawStatistic {
  if (countsOf === 'quantile-bins') {
    const current = new Float64Array(reference.length);
    current[0] = rows;
    return chanceOfCounts(measure, reference, current, countsOf, random);
  }
  const distance = distanceOnCounts(measure);
  const referenceRows = sumOf(reference);
  return () =>
    distance(
      drawMultinomial(referenceRows, reference, random),
      drawMultinomial(rows, reference, random),
    );
}

/** Of `countBins`' counts: the last inner bin holds its upper edge too, outer bins none of the rows. */
function ranksBetweenEdges(reference: ArrayLike<number>): Float64Array {
  const shapes = Float64Array.from(reference);
  shapes[0] = 1;
  shapes[shapes.length - 1] = 1;
  const last = shapes.length - 2;
  shapes[last] = Math.max(0, (shapes[last] ?? 0) - 1);
  return shapes;
}

function distanceOnCounts({ name, onCounts }: Measure) {
  if (onCounts === undefined) throw new RangeError(`${name} does not compare counts`);
  return (reference: ArrayLike<number>, current: ArrayLike<number>) =>
    onCounts(reference, current).statistic ?? 0;
}

function sumOf(counts: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < counts.length; i += 1) sum += counts[i] ?? 0;
  return sum;
}
