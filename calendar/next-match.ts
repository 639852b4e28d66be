import type { CalendarRange, CalendarSpec } from '../contracts/index.js';
import { LAST_YEAR } from './fields.js';
import type { ZoneClock } from './zone.js';

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** A calendar whose fields are sets. */
export type CalendarMatcher = {
  readonly [field in keyof CalendarSpec]: (value: number) => boolean;
};

export function calendarMatcher(calendar: CalendarSpec): CalendarMatcher {
  return {
    second: among(calendar.second),
    minute: among(calendar.minute),
    hour: among(calendar.hour),
    dayOfMonth: among(calendar.dayOfMonth),
    month: among(calendar.month),
    year: calendar.year.length === 0 ? () => true : among(calendar.year),
    dayOfWeek: among(calendar.dayOfWeek),
  };
}

/**
 * The first time after an instant at which the zone's clock matches the calendar, `null` when none
 * comes up to the year 2100.
 *
 * This follows the Temporal server where clocks change, oddities included, since the server is what
 * fires: it walks the wall clock; a time that the clocks skip is left out, one that comes twice is
 * matched twice; but an hour that grows by half an hour (Lord Howe Island) is walked as if it grew
 * by a whole one, and a day whose midnight is skipped (Chile) counts by the day before.
 *
 * @see calendar.go in temporalio/temporal, service/worker/scheduler
 */
export function nextMatch(
  calendar: CalendarMatcher,
  clock: ZoneClock,
  afterMs: number,
): number | null {
  const walk = new WallWalk(clock, afterMs);
  walk.next(SECOND);
  while (walk.date.getUTCFullYear() <= LAST_YEAR) {
    if (!findDay(walk, calendar) || !findTime(walk, calendar)) continue;
    const instantMs = clock.instantMs(walk.wallMs);
    if (new Date(clock.wallMs(instantMs)).getUTCHours() === walk.date.getUTCHours()) {
      return instantMs + walk.repeatMs;
    }
    walk.skipHour();
  }
  return null;
}

/** Where the search stands on the wall clock. */
class WallWalk {
  wallMs: number;
  /** One hour while the walk is in the second copy of an hour that comes twice. */
  repeatMs: number;

  constructor(
    readonly clock: ZoneClock,
    afterMs: number,
  ) {
    this.wallMs = Math.floor(clock.wallMs(afterMs) / SECOND) * SECOND;
    const hourBefore = new Date(clock.wallMs(afterMs - HOUR)).getUTCHours();
    this.repeatMs = hourBefore === this.date.getUTCHours() ? HOUR : 0;
  }

  get date(): Date {
    return new Date(this.wallMs);
  }

  /** Goes to a later place that is in another hour. */
  moveTo(wallMs: number): void {
    this.wallMs = wallMs;
    this.repeatMs = 0;
  }

  /** Goes to the next full second or minute; from the end of an hour that comes twice, back into it. */
  next(unitMs: typeof SECOND | typeof MINUTE): void {
    const hour = floor(this.wallMs, HOUR);
    const to = floor(this.wallMs, unitMs) + unitMs;
    if (to < hour + HOUR) {
      this.wallMs = to;
      return;
    }
    const lengthMs = this.clock.instantMs(hour + HOUR) - this.clock.instantMs(hour);
    if (this.repeatMs === 0 && lengthMs > HOUR) {
      this.wallMs = hour;
      this.repeatMs = HOUR;
    } else {
      this.moveTo(hour + HOUR);
    }
  }

  /** Goes past an hour that the clocks skip. */
  skipHour(): void {
    this.wallMs = floor(this.wallMs, HOUR) + HOUR;
  }
}

/** Goes to the first day that matches, its own time of day kept where it is today; false past the year. */
function findDay(walk: WallWalk, calendar: CalendarMatcher): boolean {
  const { date } = walk;
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth();
  if (!calendar.year(year)) {
    walk.moveTo(Date.UTC(year + 1, 0));
    return false;
  }
  if (!calendar.month(month + 1)) {
    walk.moveTo(Date.UTC(year, month + 1));
    return false;
  }
  if (calendar.dayOfMonth(date.getUTCDate()) && calendar.dayOfWeek(weekday(walk))) return true;
  walk.moveTo(floor(walk.wallMs, DAY) + DAY);
  return false;
}

function weekday({ clock, wallMs }: WallWalk): number {
  return new Date(clock.wallMs(clock.instantMs(wallMs))).getUTCDay();
}

/** Goes to the first time of the day that matches; false when the day, or an hour, ended first. */
function findTime(walk: WallWalk, calendar: CalendarMatcher): boolean {
  const day = floor(walk.wallMs, DAY);
  while (!calendar.hour(walk.date.getUTCHours())) {
    walk.moveTo(floor(walk.wallMs, HOUR) + HOUR);
    if (floor(walk.wallMs, DAY) !== day) return false;
  }
  const hour = floor(walk.wallMs, HOUR);
  const { repeatMs } = walk;
  const stillInHour = () => floor(walk.wallMs, HOUR) === hour && walk.repeatMs === repeatMs;
  while (!calendar.minute(walk.date.getUTCMinutes())) {
    walk.next(MINUTE);
    if (!stillInHour()) return false;
  }
  const minute = floor(walk.wallMs, MINUTE);
  while (!calendar.second(walk.date.getUTCSeconds())) {
    walk.next(SECOND);
    if (floor(walk.wallMs, MINUTE) !== minute || !stillInHour()) return false;
  }
  return true;
}

function floor(ms: number, unitMs: number): number {
  return Math.floor(ms / unitMs) * unitMs;
}

function among(ranges: readonly CalendarRange[]): (value: number) => boolean {
  const values = new Set<number>();
  for (const { start, end, step } of ranges) {
    for (let value = start; value <= end; value += step) values.add(value);
  }
  return (value) => values.has(value);
}
