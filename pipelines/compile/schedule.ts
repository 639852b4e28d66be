import {
  CalendarFault,
  nextFireTimes,
  parseCron,
  restrictsBothDays,
} from '../../calendar/index.js';
import {
  type CalendarSpec,
  checkParams,
  formatDurationMs,
  formatEventTime,
  type JsonValue,
  type ParamSpec,
  parseDurationMs,
  parseEventTimeMs,
  type ScheduleSpec,
} from '../../contracts/index.js';
import type { DocumentPath } from '../issue.js';
import { suggestion } from '../nearest.js';
import { MOST_IN_A_SCHEDULE } from '../schema/schedule-schema.js';
import { readCalendar } from './calendar.js';
import { type CompileContext, entriesOf, isRawObject, type RawObject } from './context.js';
import { timeZoneFault } from './time-zone.js';

/** What says when a schedule fires; a file uses one of them. */
const KINDS = ['cron', 'every', 'calendar'] as const;
/** Before every time that a calendar can name. */
const BEFORE_ALL_MS = Date.UTC(1999, 11, 31);
/** So many times are looked at for the shortest time between two. */
const GAPS = 200;

export interface CheckedSchedule {
  /** What `calendar:` says; empty without it. */
  readonly calendar: readonly CalendarSpec[];
  readonly warnings: readonly string[];
}

/** Checks what no schema can say: times that come, zones that exist, bounds in order. */
export function checkSchedule(context: CompileContext): CheckedSchedule {
  const schedule = context.source['schedule'];
  const warnings: string[] = [];
  if (!isRawObject(schedule)) return { calendar: [], warnings };
  const check = new ScheduleCheck(schedule, context, warnings);
  check.kinds();
  const cron = check.cron();
  const calendar = check.calendar();
  const every = check.every();
  check.timezone();
  check.params();
  const bounds = check.bounds();
  check.times({
    timezone: 'UTC',
    ...(cron.length > 0 && { cron }),
    ...(calendar.length > 0 && { calendar }),
    ...(every !== null && { every }),
    ...bounds,
  });
  return { calendar, warnings };
}

class ScheduleCheck {
  constructor(
    readonly schedule: RawObject,
    readonly context: CompileContext,
    readonly warnings: string[],
  ) {}

  kinds(): void {
    const given = KINDS.filter((kind) => this.schedule[kind] !== undefined);
    const [first, ...others] = Object.keys(this.schedule).filter((key) =>
      given.some((kind) => kind === key),
    );
    if (first === undefined) {
      this.report([], 'missing-key', 'the schedule does not say when', CRON_HINT);
    }
    for (const other of others) {
      this.reportKey(other, `${other} beside ${first}: a schedule has one of ${KINDS.join(', ')}`);
    }
    if (this.schedule['offset'] !== undefined && this.schedule['every'] === undefined) {
      this.reportKey('offset', 'offset belongs to every');
    }
  }

  /** The expressions that can be read and come at some time. */
  cron(): readonly string[] {
    return items(this.schedule['cron'], 'cron').flatMap(([value, path]) => {
      if (typeof value !== 'string') return [];
      try {
        const calendar = parseCron(value);
        if (!this.fires(calendar, path)) return [];
      } catch (error) {
        if (!(error instanceof CalendarFault)) throw error;
        this.report(path, 'bad-value', `not a cron expression: ${error.message}`, CRON_HINT);
        return [];
      }
      if (restrictsBothDays(value)) {
        this.warnings.push(
          `schedule.cron "${value}": day of the month and day of the week must both match; for either, write two expressions`,
        );
      }
      return [value];
    });
  }

  calendar(): readonly CalendarSpec[] {
    return items(this.schedule['calendar'], 'calendar').flatMap(([value, path]) => {
      if (!isRawObject(value)) return [];
      const calendar = readCalendar(value, ['schedule', ...path], this.context.report);
      return calendar !== null && this.fires(calendar, path) ? [calendar] : [];
    });
  }

  every(): NonNullable<ScheduleSpec['every']> | null {
    const intervalMs = this.duration('every');
    if (intervalMs === null || intervalMs < 1_000) return null;
    const offsetMs = this.duration('offset') ?? 0;
    for (const [key, ms] of [
      ['every', intervalMs],
      ['offset', offsetMs],
    ] as const) {
      if (ms % 1_000 !== 0) this.report([key], 'bad-value', `${key} is in whole seconds`);
    }
    if (offsetMs >= intervalMs) {
      const interval = formatDurationMs(intervalMs);
      this.report(['offset'], 'out-of-range', `the offset must be less than every (${interval})`);
      return null;
    }
    const zone = this.schedule['timezone'];
    if (typeof zone === 'string' && zone !== 'UTC' && intervalMs % 3_600_000 === 0) {
      this.warnings.push(
        `schedule.every counts from 1970-01-01T00:00:00Z: timezone ${zone} does not move it; cron keeps to the local time`,
      );
    }
    return { intervalMs, offsetMs };
  }

  timezone(): void {
    const { timezone } = this.schedule;
    const fault = typeof timezone === 'string' ? timeZoneFault(timezone) : null;
    if (fault !== null) this.report(['timezone'], 'bad-value', fault.message, fault.hint);
  }

  bounds(): Pick<ScheduleSpec, 'startAt' | 'endAt'> {
    const [startAt, endAt] = ['startAt', 'endAt'].map((key) => {
      const text = this.schedule[key];
      const ms = typeof text === 'string' ? parseEventTimeMs(text) : null;
      if (typeof text === 'string' && ms === null) {
        this.report([key], 'bad-value', 'not a time', 'such as 2027-01-01 or 2027-01-01T05:00:00Z');
      }
      return ms;
    });
    const both = typeof startAt === 'number' && typeof endAt === 'number';
    if (both && endAt < startAt) {
      this.report(['endAt'], 'out-of-range', 'endAt is before startAt');
      return {};
    }
    return {
      ...(typeof startAt === 'number' && { startAt: formatEventTime(startAt) }),
      ...(typeof endAt === 'number' && { endAt: formatEventTime(endAt) }),
    };
  }

  /** What only the times themselves show. */
  times(spec: Parameters<typeof nextFireTimes>[0]): void {
    if (spec.cron === undefined && spec.calendar === undefined && spec.every === undefined) return;
    const { startAt, endAt } = spec;
    const bounded = startAt !== undefined || endAt !== undefined;
    if (bounded && nextFireTimes(spec, BEFORE_ALL_MS, 1).length === 0) {
      const span = [startAt && `from ${startAt}`, endAt && `up to ${endAt}`].filter(Boolean);
      const key = endAt === undefined ? 'startAt' : 'endAt';
      this.report([key], 'out-of-range', `the schedule never fires ${span.join(' ')}`);
    }
    const jitterMs = this.duration('jitter');
    if (jitterMs === null || jitterMs === 0) return;
    const gapMs = shortestGap(spec);
    if (jitterMs > gapMs) {
      this.report(
        ['jitter'],
        'out-of-range',
        `a jitter of ${formatDurationMs(jitterMs)} is longer than the ${formatDurationMs(gapMs)} between two times of the schedule`,
        `at most ${formatDurationMs(gapMs)}`,
      );
    }
  }

  params(): void {
    const { params } = this.schedule;
    if (params === undefined) return;
    if (this.context.source['model'] !== undefined) {
      this.reportKey(
        'params',
        'a pipeline with a model is retrained with monitor.respond.retrain.params',
        'leave params out',
      );
      return;
    }
    const declared = this.context.source['params'];
    const names = entriesOf(declared).map(([name]) => name);
    for (const [name, value] of entriesOf(params)) {
      const path = ['params', name];
      const spec = isRawObject(declared) ? declared[name] : undefined;
      if (!names.includes(name)) {
        this.reportKey(path, `the pipeline has no parameter ${name}`, suggestion(name, names));
        continue;
      }
      const complaint = isRawObject(spec) ? complaintOf(name, spec, value) : null;
      if (complaint !== null) this.report(path, 'bad-value', complaint);
    }
  }

  private fires(calendar: CalendarSpec, path: DocumentPath): boolean {
    const spec = { calendar: [calendar], timezone: 'UTC' };
    if (nextFireTimes(spec, BEFORE_ALL_MS, 1).length > 0) return true;
    this.report(
      path,
      'bad-value',
      'it never fires: no year up to 2100 has such a day',
      'such as 30 February; day of the month, month and day of the week must all match',
    );
    return false;
  }

  private duration(key: string): number | null {
    const text = this.schedule[key];
    return typeof text === 'string' ? parseDurationMs(text) : null;
  }

  private report(
    path: DocumentPath,
    code: 'bad-value' | 'out-of-range' | 'missing-key',
    message: string,
    hint?: string,
  ): void {
    this.context.report({ path: ['schedule', ...path], at: 'value', code, message, hint });
  }

  private reportKey(key: string | DocumentPath, message: string, hint?: string): void {
    const path = ['schedule', ...(typeof key === 'string' ? [key] : key)];
    const code = typeof key === 'string' ? 'misplaced' : 'unknown-name';
    this.context.report({ path, at: 'key', code, message, hint });
  }
}

const CRON_HINT = 'such as cron: "0 3 * * MON", or cron: "@weekly"';

/** A value or as many of a list of them as may be, each with its path. */
function items(given: JsonValue | undefined, key: string): readonly [JsonValue, DocumentPath][] {
  if (given === undefined) return [];
  if (!Array.isArray(given)) return [[given as JsonValue, [key]]];
  const read = given.slice(0, MOST_IN_A_SCHEDULE);
  return read.map((item: JsonValue, index): [JsonValue, DocumentPath] => [item, [key, index]]);
}

/** On a clock that is never changed, so that it is a property of the file. */
function shortestGap(spec: Parameters<typeof nextFireTimes>[0]): number {
  if (spec.every !== undefined) return spec.every.intervalMs;
  const times = nextFireTimes(spec, BEFORE_ALL_MS, GAPS);
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  return Math.min(Number.POSITIVE_INFINITY, ...gaps);
}

function complaintOf(name: string, spec: RawObject, value: JsonValue): string | null {
  const check = checkParams({ [name]: spec as unknown as ParamSpec }, { [name]: value });
  return check.ok ? null : (check.problems[0]?.message ?? null);
}
