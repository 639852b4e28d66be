const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** The moments that a `Date` can hold. */
const LARGEST_DATE_MS = 8.64e15;

/**
 * Moments written alike, as exactly as the shortest step among them needs.
 *
 * @param stepMs - what two of the moments differ by at least
 * @returns UTC: `2011-07-01`, `2011-07-01 05:00`, or with seconds
 * @example formatMoment(1309496400000, 3_600_000); // '2011-07-01 05:00'
 */
export function formatMoment(ms: number, stepMs = DAY_MS): string {
  if (!Number.isFinite(ms) || Math.abs(ms) > LARGEST_DATE_MS) return '—';
  const text = new Date(ms).toISOString().replace('T', ' ');
  const timeAt = text.indexOf(' ');
  if (stepMs >= DAY_MS) return text.slice(0, timeAt);
  return text.slice(0, timeAt + (stepMs >= MINUTE_MS ? 6 : 9));
}

/** How far apart two moments are, in the largest fitting unit: `+32 days`, `−5.5 hours`. */
export function formatTimeDifference(ms: number): string {
  const magnitude = Math.abs(ms);
  const [size, unit] =
    magnitude >= 2 * DAY_MS
      ? [DAY_MS, 'days']
      : magnitude >= 7_200_000
        ? [3_600_000, 'hours']
        : magnitude >= 120_000
          ? [MINUTE_MS, 'minutes']
          : [1_000, 'seconds'];
  const amount = Number((magnitude / size).toFixed(magnitude / size < 100 ? 1 : 0));
  return amount === 0 ? 'no difference' : `${ms > 0 ? '+' : '−'}${amount} ${unit}`;
}
