import type { ChampionComparison, PairedLosses, PromotionSpec } from '../../contracts/index.js';

export const DEFAULT_CONFIDENCE = 0.95;

/**
 * Whether a challenger is proven to be better than the champion, or not worse by the stated margin.
 * On the recent rows it must be; on the older ones it must only not be proven worse.
 *
 * @param recent - `null`: too few rows for an interval
 * @example promotionVerdict({ champion: 10, challenger: 8, difference: { mean: -2, low: -3, high: -1 }, … }, null, {});
 * // { verdict: 'better', reason: … }
 */
export function promotionVerdict(
  recent: PairedLosses | null,
  older: PairedLosses | null,
  { margin, confidence = DEFAULT_CONFIDENCE }: PromotionSpec,
): Pick<ChampionComparison, 'verdict' | 'reason'> {
  if (recent === null) {
    return { verdict: 'unproven', reason: 'the hold-out has too few rows for an interval' };
  }
  const level = `${short(100 * confidence)} % interval`;
  const numbers = described(recent, level);
  if (isProvenWorse(recent, margin)) {
    return { verdict: 'worse', reason: `it is worse on the recent rows: ${numbers}` };
  }
  if (older !== null && isProvenWorse(older, margin)) {
    return {
      verdict: 'worse',
      reason: `it is worse on the older rows: ${described(older, level)}`,
    };
  }
  if (recent.difference.high < 0) return { verdict: 'better', reason: `it is better: ${numbers}` };
  if (margin === undefined) {
    return { verdict: 'unproven', reason: `it is not proven better: ${numbers}` };
  }
  const allowed = margin * recent.champion;
  const limit = `${short(allowed)} (${short(100 * margin)} % of the champion's)`;
  return recent.difference.high <= allowed
    ? { verdict: 'not-worse', reason: `it is not worse by more than ${limit}: ${numbers}` }
    : { verdict: 'unproven', reason: `it may be worse by more than ${limit}: ${numbers}` };
}

function isProvenWorse({ champion, difference }: PairedLosses, margin = 0): boolean {
  return difference.low > margin * champion;
}

function described({ rows, champion, challenger, difference }: PairedLosses, level: string) {
  const { mean, low, high } = difference;
  return (
    `loss ${short(challenger)} against ${short(champion)} on ${rows} rows,` +
    ` difference ${short(mean)} (${level} ${short(low)} to ${short(high)})`
  );
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
