import type { Measure } from '../../univariate/measure.js';
import type { DrawStatistic } from './chance-of-counts.js';

/** Draws that suffice where chance explains the statistic easily. */
const FEW_DRAWS = 200;
const ENOUGH_REACHED = 20;

/** Draws where it does not, and how many must reach the statistic for their share to be the p-value. */
const MANY_DRAWS = 2_000;
const TOO_FEW_REACHED = 10;

/** The largest tenth of the draws shows how the tail falls. */
const TAIL_SHARE = 0.1;

/** These are sums of squares of noise already; the others are of its first order. */
const OF_SECOND_ORDER: readonly string[] = ['kullback-leibler', 'population-stability-index'];

/**
 * The power of a distance at which its tail by chance is compared with an exponential one: 1½ of the
 * noise, between a normal tail (2) and an exponential one (1), so that the tail falls faster than
 * exponentially whether two categories make the noise or two hundred.
 */
export function tailPower({ name }: Measure): number {
  return OF_SECOND_ORDER.includes(name) ? 0.75 : 1.5;
}

/** A fitted tail says nothing past this. */
const SMALLEST_P = 1e-12;

/** Draws whose statistics differ by less are equal: the same sum in another order. */
const TIE = 1e-9;

/**
 * p-value of a distance from chance draws of it: (1 + #{draws ≥ observed}) / (1 + draws), from 200
 * draws where it is above 0.1, else from 2,000.
 *
 * Below 10 / 2001 = 0.005 too few draws reach the statistic to count them, and corrections over
 * hundreds of columns ask for p-values far smaller than 1 / 2001. There an exponential tail is laid
 * through the largest 200 draws, to the power {@link tailPower}. Distances fall off faster than that
 * (their squares are quadratic forms of normal noise), so that the p-value errs towards 1: in the
 * median by 1 to 2 at p = 10⁻³, by 1 to 4 at 10⁻⁴. Never below 10⁻¹².
 *
 * @param observed - ≥ 0
 * @param draw - independent draws under no drift, ≥ 0
 * @param power - from {@link tailPower}
 * @returns in (0, 1]
 * @see T. A. Knijnenburg et al., Fewer Permutations, More Accurate P-values, 2009
 * @see B. Phipson, G. K. Smyth, Permutation P-values Should Never Be Zero, 2010
 */
export function resampledPValue(observed: number, draw: DrawStatistic, power: number): number {
  const limit = observed * (1 - TIE);
  const draws: number[] = [];
  let reached = 0;
  const drawUpTo = (count: number) => {
    while (draws.length < count) {
      const statistic = draw();
      if (statistic >= limit) reached += 1;
      draws.push(statistic);
    }
  };
  drawUpTo(FEW_DRAWS);
  if (reached < ENOUGH_REACHED) drawUpTo(MANY_DRAWS);
  const counted = (reached + 1) / (draws.length + 1);
  if (reached >= TOO_FEW_REACHED) return counted;
  const tail = fitTail(draws, power);
  if (tail === null) return counted;
  const fitted =
    tail.share * Math.exp((tail.from - (observed / tail.unit) ** power) / tail.meanExcess);
  return Math.min((TOO_FEW_REACHED + 1) / (draws.length + 1), Math.max(SMALLEST_P, fitted));
}

/**
 * The value that a distance passes by chance with probability `alpha` at most, from chance draws.
 *
 * @param alpha - in (0, 1)
 * @param power - from {@link tailPower}
 * @returns ≥ 0; a distance above it is significant at level alpha
 */
export function resampledThreshold(alpha: number, draw: DrawStatistic, power: number): number {
  const draws = Array.from({ length: MANY_DRAWS }, draw);
  if (alpha * draws.length < TOO_FEW_REACHED) {
    const tail = fitTail(draws, power);
    if (tail !== null) {
      const inUnits = tail.from + tail.meanExcess * Math.log(tail.share / alpha);
      return tail.unit * inUnits ** (1 / power);
    }
  }
  draws.sort((a, b) => a - b);
  const rank = Math.ceil((1 - alpha) * (draws.length + 1));
  return draws[Math.min(draws.length, rank) - 1] ?? 0;
}

interface Tail {
  /** Share of the draws in it. */
  readonly share: number;
  /** The largest draw: statistics are taken in it, so that no power of them overflows. */
  readonly unit: number;
  /** The statistic at which it begins, in the unit, to the power. */
  readonly from: number;
  /** Mean of what those in it are above that. */
  readonly meanExcess: number;
}

/** `null` where the largest draws are all the same. */
function fitTail(draws: readonly number[], power: number): Tail | null {
  const unit = draws.reduce((largest, draw) => Math.max(largest, draw), 0);
  const powers = Float64Array.from(draws, (draw) => (draw / unit) ** power).sort();
  const count = Math.round(draws.length * TAIL_SHARE);
  const from = powers[powers.length - count - 1] ?? 0;
  let excess = 0;
  for (const value of powers.subarray(-count)) excess += value - from;
  // Not a number where every draw is 0.
  if (!(excess > 0)) return null;
  return { share: count / (draws.length + 1), unit, from, meanExcess: excess / count };
}
