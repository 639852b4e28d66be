import type { MetricSample } from './moments.js';

export interface SequentialInterval {
  /** Challenger − champion. */
  readonly difference: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Interval of the difference of two means that may be looked at after each row: the chance that it
 * ever misses the true difference, at any of all looks, is at most `alpha`. A test that rejects once
 * the interval leaves a value is the mixture sequential probability ratio test with a normal mixture.
 *
 * With V the variance of the estimated difference and τ² that of the mixture, the half width is
 * √( V (V + τ²) / τ² · (2 ln(1/α) + ln((V + τ²) / V)) ).
 *
 * It is asymptotic in the rows of each arm, so nothing is to be concluded before `tunedRows`.
 *
 * @param alpha - in (0, 1)
 * @param tunedRows - rows an arm at which the interval is narrowest for its validity; ≥ 1, fixed
 * before the first look
 * @returns `null` where it is not defined: an arm without rows, or a mean that is not finite
 * @see R. Johari, P. Koomen, L. Pekelis and D. Walsh, Always Valid Inference: Continuous Monitoring of
 * A/B Tests, Operations Research 70(3), 2022
 * @see I. Waudby-Smith, D. Arbour, R. Sinha, E. Kennedy and A. Ramdas, Time-uniform central limit
 * theory and asymptotic confidence sequences, Annals of Statistics 52(6), 2024
 * @example
 * const arm = { rows: 1_000, mean: 0.1, variance: 0.09 };
 * sequentialInterval({ champion: arm, challenger: { ...arm, mean: 0.2 } }, 0.05, 100);
 * // { difference: 0.1, low: 0.055…, high: 0.144… }
 */
export function sequentialInterval(
  { champion, challenger, difference: paired }: MetricSample,
  alpha: number,
  tunedRows: number,
): SequentialInterval | null {
  const difference = paired?.mean ?? challenger.mean - champion.mean;
  const spread = paired?.variance ?? null;
  const variance =
    spread === null
      ? champion.variance / champion.rows + challenger.variance / challenger.rows
      : spread / (paired?.rows ?? 0);
  const tuned = (spread ?? champion.variance + challenger.variance) / tunedRows;
  if (!Number.isFinite(difference) || !Number.isFinite(variance)) return null;
  const half = mixtureHalfWidth(variance, tuned * tuning(alpha), alpha);
  return { difference, low: difference - half, high: difference + half };
}

/** τ² in units of V at the look at which the interval is to be narrowest. */
function tuning(alpha: number): number {
  const odds = -2 * Math.log(alpha);
  return odds + Math.log(odds + 1);
}

function mixtureHalfWidth(variance: number, mixture: number, alpha: number): number {
  if (variance === 0 || mixture === 0) return 0;
  const sum = variance + mixture;
  return Math.sqrt(
    ((variance * sum) / mixture) * (2 * Math.log(1 / alpha) + Math.log(sum / variance)),
  );
}
