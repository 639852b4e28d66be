import { binomialDensity } from './saddle-point.js';

/** Tables whose chances differ by less, relatively, are equally likely: rounding cannot tell them. */
const SAME_CHANCE = 1e-11;

const NEGLIGIBLE = 2 ** -60;

/**
 * Density of the hypergeometric distribution: k of `draws` rows drawn are of the `good` ones.
 *
 * A quotient of three binomial densities at one p, each in saddle-point form.
 *
 * @example hypergeometricDensity(1, 2, 2, 2); // 0.6667
 * @see C. Loader, Fast and Accurate Computation of Binomial Probabilities, 2000
 */
export function hypergeometricDensity(k: number, good: number, bad: number, draws: number): number {
  if (k < Math.max(0, draws - bad) || k > Math.min(good, draws)) return 0;
  const all = good + bad;
  const [p, q] = [draws / all, (all - draws) / all];
  return (
    (binomialDensity(k, good, p, q) * binomialDensity(draws - k, bad, p, q)) /
    binomialDensity(draws, all, p, q)
  );
}

/**
 * Chance of a draw that is no more likely than this one.
 *
 * @param k - good rows among those drawn
 * @param good - rows of the one kind
 * @param bad - rows of the other
 * @param draws - rows drawn without putting back, in [0, good + bad]
 * @returns in [0, 1]; relative error below 1e-11
 * @example hypergeometricTwoSided(8, 10, 6, 9); // 0.03497
 */
export function hypergeometricTwoSided(
  k: number,
  good: number,
  bad: number,
  draws: number,
): number {
  const [least, most] = [Math.max(0, draws - bad), Math.min(good, draws)];
  const density = (x: number) => hypergeometricDensity(x, good, bad, draws);
  const mode = Math.floor(((draws + 1) * (good + 1)) / (good + bad + 2));
  const limit = density(k) * (1 + SAME_CHANCE);
  if (density(mode) <= limit) return 1;
  const step = k < mode ? -1 : 1;
  // Densities fall from the mode to either end: the far tail starts at the first that is no larger.
  let [inside, outside] = [mode, step < 0 ? most + 1 : least - 1];
  while (Math.abs(outside - inside) > 1) {
    const middle = Math.floor((inside + outside) / 2);
    if (density(middle) <= limit) outside = middle;
    else inside = middle;
  }
  return Math.min(1, tail(k, step) + tail(outside, -step));

  /** Sum of the densities from x on outwards, each from its neighbour. */
  function tail(x: number, direction: number): number {
    let [sum, ratio] = [1, 1];
    for (let at = x; at + direction >= least && at + direction <= most; at += direction) {
      ratio *=
        direction > 0
          ? ((good - at) * (draws - at)) / ((at + 1) * (bad - draws + at + 1))
          : (at * (bad - draws + at)) / ((good - at + 1) * (draws - at + 1));
      sum += ratio;
      if (ratio < sum * NEGLIGIBLE) break;
    }
    return sum * density(x);
  }
}
