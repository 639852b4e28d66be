import type { ValueKind } from '../../../contracts/index.js';

/** Room beyond each extreme, as a share of the range. */
const SLACK = 0.25;
/** Times that RFC 3339 writes with four digits of year. */
const FIRST_TIME = Date.parse('0001-01-01T00:00:00Z');
const LAST_TIME = Date.UTC(9999, 11, 31);

/**
 * Bounds for values like these: a quarter of their range beyond each extreme, rounded outwards to
 * two digits of the range. A bound never crosses 0, and stays at 1 for shares: amounts do not become
 * negative.
 *
 * @returns `null` where nothing can be said: no values, a constant 0, one moment in time
 * @example slackBounds(0.02, 0.98, 'number'); // { min: 0, max: 1 }
 * @example slackBounds(17, 90, 'integer'); // { min: 0, max: 110 }
 */
export function slackBounds(
  min: number | null,
  max: number | null,
  kind: ValueKind,
): { readonly min: number; readonly max: number } | null {
  if (min === null || max === null) return null;
  const range = max / 2 - min / 2 > Number.MAX_VALUE / 8 ? Number.NaN : max - min;
  const slack = SLACK * (range === 0 ? Math.abs(min) : range);
  if (!(slack > 0)) return null;
  if (kind === 'timestamp') return range === 0 ? null : timeBounds(min - slack, max + slack);
  const digit = 10 ** Math.floor(Math.log10(slack));
  const step = kind === 'integer' ? Math.max(1, digit) : digit;
  const low = round(Math.floor((min - slack) / step), step);
  const high = round(Math.ceil((max + slack) / step), step);
  const isShare = min >= 0 && max <= 1 && kind === 'number';
  const bounds = {
    min: min >= 0 ? Math.max(0, low) : low,
    max: isShare ? Math.min(1, high) : max <= 0 ? Math.min(0, high) : high,
  };
  return Number.isFinite(bounds.min) && Number.isFinite(bounds.max) ? bounds : null;
}

/** `count · step` as the decimal number that is meant: 3 · 0.1 is 0.3. */
function round(count: number, step: number): number {
  return Number((count * step).toPrecision(12)) + 0;
}

const DAY_MS = 86_400_000;

function timeBounds(
  low: number,
  high: number,
): { readonly min: number; readonly max: number } | null {
  const min = Math.floor(low / DAY_MS) * DAY_MS;
  const max = Math.ceil(high / DAY_MS) * DAY_MS;
  return min < FIRST_TIME || max > LAST_TIME ? null : { min, max };
}
