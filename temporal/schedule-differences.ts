import {
  DAYS_OF_WEEK as DAYS,
  MONTHS,
  type Range,
  type ScheduleDescription,
} from '@temporalio/client';
import { canonicalJson, type ScheduleSpec } from '../contracts/index.js';
import { APPLIED, type Applied, scheduleOptions } from './schedule-options.js';
import { fromTemporalOverlap } from './schedule-overlap.js';

/** One field of a schedule that is not as the file says. */
export interface ScheduleDifference {
  readonly field: string;
  /** `none` where there was nothing. */
  readonly from: string;
  readonly to: string;
}

/** What the file said when the schedule was applied; `null` where other tools replaced it. */
export function readApplied({ action }: ScheduleDescription): Applied | null {
  return (action.memo?.[APPLIED] as Applied | undefined) ?? null;
}

/** What the file said, with what other tools may have changed since. */
export function currentSpec(description: ScheduleDescription): ScheduleSpec | null {
  const applied = readApplied(description);
  const overlap = fromTemporalOverlap(description.policies.overlap);
  if (applied === null || overlap === null) return null;
  return { ...applied.spec, overlap, catchupWindowMs: description.policies.catchupWindow };
}

/**
 * What an apply changes, field by field: in the words of the file where it says something else than
 * before, and else where the server's schedule is no more what was applied.
 */
export function scheduleDifferences(
  description: ScheduleDescription,
  after: Applied,
): readonly ScheduleDifference[] {
  const before = readApplied(description);
  const said = compare(before === null ? {} : fieldsOf(before), fieldsOf(after));
  // Some of the input only repeats other fields: the reason the times, the plan its hash.
  const changes = said.filter(
    ({ field }) => !DERIVED.includes(field) || said.every((other) => DERIVED.includes(other.field)),
  );
  const kept = compare(serverFields(description), expectedFields(after));
  const named = new Set(changes.map(({ field }) => field));
  return [...changes, ...kept.filter(({ field }) => !named.has(field) && !covered(field, named))];
}

const DERIVED = ['input.reason', 'input.trigger', 'input.schedule', 'input.plan'];
/** Whether a difference was named already in the words of the file. */
function covered(field: string, named: ReadonlySet<string>): boolean {
  if (field === 'times') return ['cron', 'every', 'calendar'].some((word) => named.has(word));
  return field === 'input' && [...named].some((name) => /^(params|input)\./.test(name));
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf({ spec, action }: Applied): Fields {
  const { params: _repeatedInTheInput, ...schedule } = spec;
  const { input, ...workflow } = action;
  const { params, ...inputs } = input;
  return { ...schedule, ...workflow, ...prefixed('input', inputs), ...prefixed('params', params) };
}

function prefixed(prefix: string, value: unknown): Fields {
  const entries = Object.entries((value as Fields | undefined) ?? {});
  return Object.fromEntries(entries.map(([name, item]) => [`${prefix}.${name}`, item]));
}

/** What the server has, in a form that {@link expectedFields} gives too. */
function serverFields({ spec, policies, action }: ScheduleDescription): Fields {
  return {
    times: canonicalJson({
      calendars: (spec.calendars ?? []).map(({ comment: _words, ...calendar }) =>
        Object.fromEntries(
          Object.entries(calendar).map(([name, ranges]) => [name, values(ranges)]),
        ),
      ),
      intervals: (spec.intervals ?? []).map(({ every, offset }) => ({ every, offset })),
    } as never),
    timezone: spec.timezone || 'UTC',
    jitterMs: spec.jitter || undefined,
    startAt: spec.startAt?.toISOString(),
    endAt: spec.endAt?.toISOString(),
    overlap: policies.overlap,
    catchupWindowMs: policies.catchupWindow,
    pauseOnFailure: policies.pauseOnFailure || undefined,
    workflow: action.workflowType,
    workflowId: action.workflowId,
    taskQueue: action.taskQueue,
    input: action.args?.[0],
  };
}

/** One set of values may be written as several ranges: 0-59/20 is 0-40/20. */
function values(ranges: readonly Range<number | string>[]): readonly number[] {
  const found = new Set<number>();
  for (const { start, end, step } of ranges) {
    const last = order(end);
    for (let value = order(start); value <= last; value += step) found.add(value);
  }
  return [...found].sort((a, b) => a - b);
}

const NAMES: readonly string[] = [...MONTHS, ...DAYS];

/** Months and weekdays have names on the wire. */
function order(value: number | string): number {
  return typeof value === 'number' ? value : NAMES.indexOf(value);
}

function expectedFields(applied: Applied): Fields {
  const { spec, policies, action } = scheduleOptions(applied);
  return serverFields({
    spec: {
      ...spec,
      intervals: (spec.intervals ?? []).map(({ every, offset }) => ({ every, offset })),
    },
    policies,
    action,
  } as unknown as ScheduleDescription);
}

function compare(before: Fields, after: Fields): readonly ScheduleDifference[] {
  const fields = new Set([...Object.keys(after), ...Object.keys(before)]);
  return [...fields].flatMap((field) => {
    const from = words(before[field]);
    const to = words(after[field]);
    return from === to ? [] : [{ field, from, to }];
  });
}

function words(value: unknown): string {
  if (value === undefined) return 'none';
  return typeof value === 'string' ? value : canonicalJson(value as never);
}
