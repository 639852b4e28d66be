import { drawBinomial, drawHypergeometric } from './discrete-draws.js';

/**
 * Rows per category of a sample of `rows`: the multinomial distribution, a binomial draw a category.
 *
 * @param shares - ≥ 0, sum > 0; need not sum to 1
 * @param random - gives numbers in [0, 1)
 */
export function drawMultinomial(
  rows: number,
  shares: ArrayLike<number>,
  random: () => number,
): Float64Array {
  let [leftRows, leftShare] = [rows, 0];
  let last = 0;
  for (let i = 0; i < shares.length; i += 1) {
    leftShare += shares[i] ?? 0;
    if ((shares[i] ?? 0) > 0) last = i;
  }
  const counts = new Float64Array(shares.length);
  for (let i = 0; i < last && leftRows > 0; i += 1) {
    const share = shares[i] ?? 0;
    const count = drawBinomial(leftRows, Math.min(1, share / leftShare), random);
    counts[i] = count;
    leftRows -= count;
    leftShare -= share;
  }
  counts[last] = leftRows;
  return counts;
}

/**
 * `rows` of the rows counted in `all`, drawn without putting back: how a relabelling of two samples
 * would divide each category.
 *
 * @param all - rows per category
 * @param rows - at most their sum
 */
export function drawPart(all: ArrayLike<number>, rows: number, random: () => number): Float64Array {
  let after = 0;
  for (let i = 0; i < all.length; i += 1) after += all[i] ?? 0;
  let left = rows;
  const counts = new Float64Array(all.length);
  for (let i = 0; i < all.length && left > 0; i += 1) {
    const here = all[i] ?? 0;
    after -= here;
    const count = drawHypergeometric(here, after, left, random);
    counts[i] = count;
    left -= count;
  }
  return counts;
}

/**
 * A draw from the gamma distribution of scale 1.
 *
 * @param shape - ≥ 0; 0 gives 0
 * @see G. Marsaglia, W. W. Tsang, A Simple Method for Generating Gamma Variables, 2000
 */
export function drawGamma(shape: number, random: () => number): number {
  if (shape === 0) return 0;
  if (shape < 1) return drawGamma(shape + 1, random) * (1 - random()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = drawNormal(random);
    const v = (1 + c * x) ** 3;
    if (v <= 0) continue;
    if (Math.log(1 - random()) < (x * x) / 2 + d * (1 - v + Math.log(v))) return d * v;
  }
}

/** A standard normal number, by Box and Muller. */
function drawNormal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
