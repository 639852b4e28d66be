import { type FireSpec, fireTimesBetween } from './fire-times.js';
import { zoneClock } from './zone.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** More times a day than this are looked at only around the change itself. */
const OFTEN_A_DAY = 500;

/** What a change of the clocks does to a schedule. Wall times are written `2027-03-28T02:30:00`. */
export interface ClockChange {
  /** RFC 3339: the first instant by the new offset. */
  readonly at: string;
  /** Positive where the clocks are put forward. */
  readonly shiftMs: number;
  /** Wall times that the schedule names and at which it does not fire. */
  readonly skipped: readonly string[];
  /** Wall times that the clocks show twice; one run comes of them. */
  readonly doubled: readonly string[];
  /** Wall times at which it fires although it does not name them. */
  readonly added: readonly string[];
}

/**
 * The changes of the clocks in a span of time that skip, double or add a time of the schedule. An
 * interval has none: it counts seconds.
 *
 * @example clockChanges({ cron: '30 2 * * *', timezone: 'Europe/Berlin' }, Date.UTC(2027, 0), Date.UTC(2027, 5))[0]?.skipped; // ['2027-03-28T02:30:00']
 */
export function clockChanges(spec: FireSpec, fromMs: number, toMs: number): readonly ClockChange[] {
  if (spec.every !== undefined) return [];
  return changesOf(spec.timezone, fromMs, toMs)
    .map((atMs) => effectOf(spec, atMs))
    .filter(({ skipped, doubled, added }) => skipped.length + doubled.length + added.length > 0);
}

/** Instants at which the zone's offset changes. */
function changesOf(timezone: string, fromMs: number, toMs: number): readonly number[] {
  const { offsetMs } = zoneClock(timezone);
  const changes: number[] = [];
  for (let dayMs = fromMs; dayMs < toMs; dayMs += DAY_MS) {
    let before = dayMs;
    let after = Math.min(dayMs + DAY_MS, toMs);
    if (offsetMs(before) === offsetMs(after)) continue;
    const offset = offsetMs(before);
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2);
      if (offsetMs(middle) === offset) before = middle;
      else after = middle;
    }
    changes.push(after);
  }
  return changes;
}

/** Compares the wall times that the schedule names with those at which it fires, around a change. */
function effectOf(spec: FireSpec, atMs: number): ClockChange {
  const { offsetMs, wallMs } = zoneClock(spec.timezone);
  const oldOffset = offsetMs(atMs - 1);
  const shiftMs = offsetMs(atMs) - oldOffset;
  const walls = { from: atMs + oldOffset, to: atMs + oldOffset + Math.abs(shiftMs) };
  const dayStart = Math.floor(walls.from / DAY_MS) * DAY_MS;
  let [from, to] = [Math.min(dayStart, walls.from - Math.abs(shiftMs)), dayStart + DAY_MS];
  // On a clock that is never changed every wall time comes once.
  const steady: FireSpec = { ...withoutBounds(spec), timezone: 'UTC' };
  if (fireTimesBetween(steady, from, to, OFTEN_A_DAY).length === OFTEN_A_DAY) {
    [from, to] = [walls.from - HOUR_MS, walls.to + HOUR_MS];
  }
  const named = new Set(fireTimesBetween(steady, from, to - 1));
  const bounded = (wall: number) => withinBounds(spec, wall - oldOffset);
  const fired = fireTimesBetween(spec, from - oldOffset - DAY_MS, to - oldOffset + DAY_MS)
    .map((instant) => ({ instant, wall: wallMs(instant) }))
    .filter(({ wall }) => wall >= from && wall < to);
  const comesTwice = (wall: number) => wall >= walls.from + shiftMs && wall < walls.from;
  const walked = new Set(fired.map(({ wall }) => wall));
  return {
    at: new Date(atMs).toISOString().replace('.000Z', 'Z'),
    shiftMs,
    skipped: texts([...named].filter((wall) => !walked.has(wall) && bounded(wall))),
    doubled: texts([...named].filter((wall) => walked.has(wall) && comesTwice(wall))),
    added: texts([...walked].filter((wall) => !named.has(wall))),
  };
}

function withoutBounds({ cron, calendar, timezone }: FireSpec): FireSpec {
  return {
    timezone,
    ...(cron === undefined ? {} : { cron }),
    ...(calendar === undefined ? {} : { calendar }),
  };
}

function withinBounds({ startAt, endAt }: FireSpec, instantMs: number): boolean {
  return (
    (startAt === undefined || instantMs >= Date.parse(startAt)) &&
    (endAt === undefined || instantMs <= Date.parse(endAt))
  );
}

function texts(walls: readonly number[]): readonly string[] {
  return walls.map((wall) => new Date(wall).toISOString().slice(0, 19));
}
