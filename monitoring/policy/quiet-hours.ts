import type { QuietHours } from '../../contracts/index.js';

const DAY_MINUTES = 1_440;
const MINUTE_MS = 60_000;

/**
 * When the quiet hours that hold at a moment end.
 *
 * @param nowMs - wall clock
 * @returns milliseconds since the epoch; `null` outside the quiet hours, and for an empty range
 * @example quietUntil({ from: '22:00', to: '06:00', timezone: 'UTC' }, Date.parse('2026-01-01T23:00:00Z'));
 * // Date.parse('2026-01-02T06:00:00Z')
 */
export function quietUntil({ from, to, timezone }: QuietHours, nowMs: number): number | null {
  const [begins, ends] = [minuteOfDay(from), minuteOfDay(to)];
  const now = localMinute(timezone, nowMs);
  const isQuiet = begins <= ends ? begins <= now && now < ends : begins <= now || now < ends;
  if (!isQuiet) return null;
  const wholeMinuteMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
  const endMs = wholeMinuteMs + ((ends - now + DAY_MINUTES) % DAY_MINUTES) * MINUTE_MS;
  // Clocks may change on the way: off by up to two hours, towards the nearer side.
  const off = (localMinute(timezone, endMs) - ends + DAY_MINUTES) % DAY_MINUTES;
  const correction = off > DAY_MINUTES / 2 ? DAY_MINUTES - off : -off;
  return Math.max(endMs + correction * MINUTE_MS, wholeMinuteMs + MINUTE_MS);
}

function minuteOfDay(time: string): number {
  const [hours, minutes] = time.split(':').map(Number);
  return (hours ?? 0) * 60 + (minutes ?? 0);
}

function localMinute(timeZone: string, ms: number): number {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return minuteOfDay(format.format(ms));
}
