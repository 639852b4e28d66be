import type { CalendarSpec, ScheduleSpec } from '../contracts/index.js';
import { parseCron } from './cron.js';
import { LAST_YEAR } from './fields.js';
import { type CalendarMatcher, calendarMatcher, nextMatch } from './next-match.js';
import { sameClockBefore, zoneClock } from './zone.js';

const SECOND_MS = 1_000;

/** The part of a schedule that says when it fires. */
export type FireSpec = Pick<
  ScheduleSpec,
  'cron' | 'every' | 'calendar' | 'timezone' | 'startAt' | 'endAt'
>;

/**
 * The calendars of a schedule, those of its cron expressions first; none for an interval.
 *
 * @throws CalendarFault on a cron expression that cannot be read
 */
export function calendarsOf({
  cron = [],
  calendar = [],
}: Pick<ScheduleSpec, 'cron' | 'calendar'>): readonly CalendarSpec[] {
  return [...[cron].flat().map(parseCron), ...calendar];
}

/**
 * The times after an instant at which the Temporal server fires a schedule, without its jitter. A
 * local time that comes twice is here twice: see {@link isRepeatedTime}.
 *
 * @throws CalendarFault on a cron expression that cannot be read, RangeError on an unknown zone
 * @example fireTimes({ every: { intervalMs: 3_600_000, offsetMs: 0 }, timezone: 'UTC' }, 1).next().value; // 3_600_000
 */
export function* fireTimes(spec: FireSpec, afterMs: number): Generator<number, void> {
  const calendars = calendarsOf(spec).map(calendarMatcher);
  // The first second of the allowed time may match itself.
  const startMs = spec.startAt === undefined ? 0 : Date.parse(spec.startAt) - SECOND_MS;
  const endMs = spec.endAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(spec.endAt);
  let atMs = Math.max(afterMs, startMs);
  for (;;) {
    const next = nextOf(spec, calendars, atMs);
    if (next === null || next > endMs || new Date(next).getUTCFullYear() > LAST_YEAR) return;
    yield next;
    atMs = next;
  }
}

/** At most `count` of {@link fireTimes}. */
export function nextFireTimes(spec: FireSpec, afterMs: number, count: number): readonly number[] {
  const times: number[] = [];
  for (const time of fireTimes(spec, afterMs)) {
    times.push(time);
    if (times.length >= count) break;
  }
  return times;
}

/** Those of {@link fireTimes} from one instant to another, both inclusive, at most `limit`. */
export function fireTimesBetween(
  spec: FireSpec,
  fromMs: number,
  toMs: number,
  limit = Number.POSITIVE_INFINITY,
): readonly number[] {
  const times: number[] = [];
  for (const time of fireTimes(spec, fromMs - 1)) {
    if (time > toMs || times.length >= limit) break;
    times.push(time);
  }
  return times;
}

/**
 * Whether a time of the schedule is the second of a local time that comes twice, the first of which
 * fired too. Intervals have none.
 */
export function isRepeatedTime(spec: FireSpec, instantMs: number): boolean {
  if (spec.every !== undefined) return false;
  const earlier = sameClockBefore(spec.timezone, instantMs);
  return earlier !== null && fireTimesBetween(spec, earlier, earlier).length > 0;
}

function nextOf(
  { every, timezone }: FireSpec,
  calendars: readonly CalendarMatcher[],
  afterMs: number,
): number | null {
  const clock = zoneClock(timezone);
  let earliest: number | null = null;
  const consider = (time: number | null) => {
    if (time !== null && (earliest === null || time < earliest)) earliest = time;
  };
  for (const calendar of calendars) consider(nextMatch(calendar, clock, afterMs));
  if (every !== undefined) {
    const { intervalMs, offsetMs } = every;
    consider((Math.floor((afterMs - offsetMs) / intervalMs) + 1) * intervalMs + offsetMs);
  }
  return earliest;
}
