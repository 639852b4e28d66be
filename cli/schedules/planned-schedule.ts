import {
  type ClockChange,
  clockChanges,
  isRepeatedTime,
  nextFireTimes,
  zoneClock,
} from '../../calendar/index.js';
import type { ScheduleSpec } from '../../contracts/index.js';

const SHOWN_TIMES = 5;
const YEAR_MS = 366 * 86_400_000;
/** So many wall times are named in a warning. */
const NAMED_TIMES = 3;

/** When a schedule fires next, as the JSON of `plan` has it. */
export interface PlannedSchedule extends ScheduleSpec {
  readonly next: readonly FireTime[];
  /** What the changes of the clocks within a year skip and double. */
  readonly clockChanges: readonly ClockChange[];
  readonly warnings: readonly string[];
}

export interface FireTime {
  /** RFC 3339. */
  readonly utc: string;
  /** In the schedule's zone: `2027-03-28T03:00:00+02:00`. */
  readonly local: string;
  /** The same local time came before, when the clocks were put back: nothing runs again. */
  readonly repeated?: true;
}

/** The next five times of a schedule, and what changes of the clocks do to it within a year. */
export function plannedSchedule(spec: ScheduleSpec, nowMs: number): PlannedSchedule {
  const next = nextFireTimes(spec, nowMs, SHOWN_TIMES).map((time) => fireTime(spec, time));
  const changes = clockChanges(spec, nowMs, nowMs + YEAR_MS);
  const ended =
    next.length === 0 ? ['the schedule fires no more: endAt or its years are over'] : [];
  return {
    ...spec,
    next,
    clockChanges: changes,
    warnings: [...ended, ...changes.flatMap((change) => changeWords(change, spec.timezone))],
  };
}

/** @example localTime('Asia/Kolkata', 0); // '1970-01-01T05:30:00+05:30' */
export function localTime(timezone: string, instantMs: number): string {
  const { offsetMs, wallMs } = zoneClock(timezone);
  const minutes = Math.round(offsetMs(instantMs) / 60_000);
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  const offset = `${minutes < 0 ? '-' : '+'}${twoDigits(hours)}:${twoDigits(rest)}`;
  return `${new Date(wallMs(instantMs)).toISOString().slice(0, 19)}${offset}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

function fireTime(spec: ScheduleSpec, instantMs: number): FireTime {
  return {
    utc: new Date(instantMs).toISOString().replace('.000Z', 'Z'),
    local: localTime(spec.timezone, instantMs),
    ...(isRepeatedTime(spec, instantMs) && { repeated: true as const }),
  };
}

function changeWords(change: ClockChange, timezone: string): readonly string[] {
  const { at, shiftMs, skipped, doubled, added } = change;
  const day = localTime(timezone, Date.parse(at)).slice(0, 10);
  const way = shiftMs > 0 ? 'forward' : 'back';
  const clocks = `on ${day} the clocks of ${timezone} go ${way}:`;
  return [
    ...(skipped.length > 0 ? [`${clocks} ${named(skipped)} is skipped, nothing runs for it`] : []),
    ...(doubled.length > 0 ? [`${clocks} ${named(doubled)} comes twice and runs once`] : []),
    ...(added.length > 0 ? [`${clocks} the server fires also at ${named(added)}`] : []),
  ];
}

function named(walls: readonly string[]): string {
  const times = walls.map((wall) => wall.slice(11).replace(/:00$/, ''));
  const rest = times.length - NAMED_TIMES;
  const shown = times.slice(0, NAMED_TIMES).join(', ');
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}
