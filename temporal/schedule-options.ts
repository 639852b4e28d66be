import type {
  CalendarSpec as TemporalCalendar,
  ScheduleSpec as TemporalSpec,
} from '@temporalio/client';
import { calendarsOf, type FireSpec } from '../calendar/index.js';
import type { CalendarRange, CalendarSpec, JsonObject, ScheduleSpec } from '../contracts/index.js';
import { toTemporalOverlap } from './schedule-overlap.js';

/** Field of the started workflow's memo that says what the schedule was applied as. */
export const APPLIED = 'millraceSchedule';

/** What a schedule starts each time. */
export interface ScheduledWorkflow {
  /** Wire name: `requestRetrain` for a pipeline with a model, else `runPipeline`. */
  readonly workflow: string;
  /** Temporal appends the nominal time, so that one nominal time starts one workflow. */
  readonly workflowId: string;
  readonly taskQueue: string;
  /** The workflow's one argument. */
  readonly input: JsonObject;
  readonly searchAttributes: { readonly [name: string]: string };
}

/** A schedule as a file has it. */
export interface Applied {
  readonly spec: ScheduleSpec;
  readonly action: ScheduledWorkflow;
}

const MONTHS = [
  ...(['JANUARY', 'FEBRUARY', 'MARCH', 'APRIL', 'MAY', 'JUNE'] as const),
  ...(['JULY', 'AUGUST', 'SEPTEMBER', 'OCTOBER', 'NOVEMBER', 'DECEMBER'] as const),
];
const DAYS = [
  ...(['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY'] as const),
  ...(['THURSDAY', 'FRIDAY', 'SATURDAY'] as const),
];
/** The server refuses a longer comment. */
const LONGEST_COMMENT = 200;

/** A schedule as the client creates and updates it, but for its state. */
export function scheduleOptions(applied: Applied) {
  const { spec, action } = applied;
  return {
    spec: toTemporalSpec(spec),
    policies: {
      overlap: toTemporalOverlap(spec.overlap),
      catchupWindow: spec.catchupWindowMs,
      pauseOnFailure: spec.pauseOnFailure === true,
    },
    action: {
      type: 'startWorkflow' as const,
      workflowType: action.workflow,
      workflowId: action.workflowId,
      taskQueue: action.taskQueue,
      args: [action.input],
      memo: { [APPLIED]: applied },
      searchAttributes: Object.fromEntries(
        Object.entries(action.searchAttributes).map(([name, value]) => [name, [value]]),
      ),
    },
  };
}

/**
 * When a schedule fires, as the client takes it. A cron expression goes as the calendar that it
 * stands for, with its words as the comment: the server would keep nothing else of it.
 */
export function toTemporalSpec(spec: FireSpec & Pick<ScheduleSpec, 'jitterMs'>): TemporalSpec {
  const comments = [spec.cron ?? []].flat();
  const { every, jitterMs, startAt, endAt, timezone } = spec;
  return {
    timezone,
    calendars: calendarsOf(spec).map((calendar, index) => {
      const comment = comments[index]?.slice(0, LONGEST_COMMENT);
      return { ...toTemporalCalendar(calendar), ...(comment && { comment }) };
    }),
    ...(every && { intervals: [{ every: every.intervalMs, offset: every.offsetMs }] }),
    ...(jitterMs && { jitter: jitterMs }),
    ...(startAt && { startAt: new Date(startAt) }),
    ...(endAt && { endAt: new Date(endAt) }),
  };
}

function toTemporalCalendar(calendar: CalendarSpec): TemporalCalendar {
  const { second, minute, hour, dayOfMonth, year } = calendar;
  return {
    second: [...second],
    minute: [...minute],
    hour: [...hour],
    dayOfMonth: [...dayOfMonth],
    month: calendar.month.map((range) => named(range, MONTHS, 1)),
    year: [...year],
    dayOfWeek: calendar.dayOfWeek.map((range) => named(range, DAYS, 0)),
  };
}

function named<Name extends string>(
  { start, end, step }: CalendarRange,
  names: readonly Name[],
  first: number,
) {
  const name = (value: number): Name => {
    const found = names[value - first];
    if (found === undefined) throw new RangeError(`${value} has no name`);
    return found;
  };
  return { start: name(start), end: name(end), step };
}
