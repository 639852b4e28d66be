import { formatDurationMs } from '../../contracts/index.js';

/**
 * How long ago a moment of the wall clock was, by its largest unit: `3m ago`, `in 2h`.
 *
 * @example ago('2026-01-01T00:00:00Z', Date.parse('2026-01-01T02:05:00Z')); // '2h ago'
 */
export function ago(time: string, nowMs: number): string {
  const ms = nowMs - Date.parse(time);
  if (Math.abs(ms) < 1_000) return 'now';
  const span = largestUnit(Math.abs(ms));
  return ms < 0 ? `in ${span}` : `${span} ago`;
}

/** @example largestUnit(5_400_000); // '1h' */
export function largestUnit(ms: number): string {
  const [first = ''] = formatDurationMs(Math.floor(ms / 1_000) * 1_000).split(' ');
  return first;
}
