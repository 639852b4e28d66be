import {
  type Client,
  ScheduleAlreadyRunning,
  type ScheduleDescription,
  ScheduleNotFoundError,
  type ScheduleUpdateOptions,
} from '@temporalio/client';
import {
  canonicalJson,
  type JsonObject,
  MillraceError,
  type ScheduleSpec,
} from '../contracts/index.js';
import { fromTemporalOverlap, toTemporalOverlap } from './schedule-overlap.js';

/** Schedules that millrace made, by their id (`scheduleId` of the contracts). */
const ID_PREFIX = 'schedule/';
/** Field of the started workflow's memo that says what the schedule was applied as. */
const APPLIED = 'millraceSchedule';

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

export interface ScheduleChange {
  readonly id: string;
  readonly change: 'created' | 'updated' | 'unchanged';
  /** What an update changed, one entry a field; empty otherwise. */
  readonly differences: readonly {
    readonly field: string;
    readonly from: string;
    readonly to: string;
  }[];
}

export interface ScheduleInfo {
  readonly id: string;
  /** As it was applied; `null` where other tools changed it past recognition. */
  readonly spec: ScheduleSpec | null;
  readonly workflow: string;
  readonly paused: boolean;
  /** RFC 3339, the next few. */
  readonly nextRuns: readonly string[];
  /** RFC 3339; `null` when it has not run. */
  readonly lastRun: string | null;
  readonly runs: number;
  /** Not started because the one before still ran. */
  readonly skipped: number;
  /** Not started because the server was away for longer than the catch-up window. */
  readonly missed: number;
}

interface Applied {
  readonly spec: ScheduleSpec;
  readonly action: ScheduledWorkflow;
}

/**
 * Makes the server's schedule be the one of the file: creates it, changes it, or finds that nothing
 * is to do. A pause stays.
 *
 * @throws MillraceError `InvalidInput` when the server does not take the cron expression or zone
 */
export async function applySchedule(
  client: Client,
  id: string,
  spec: ScheduleSpec,
  action: ScheduledWorkflow,
): Promise<ScheduleChange> {
  const applied: Applied = { spec, action };
  const options = scheduleOptions(applied);
  try {
    await client.schedule.create({ scheduleId: id, ...options });
    return { id, change: 'created', differences: [] };
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw refused(error, id, spec);
  }
  const handle = client.schedule.getHandle(id);
  const before = readApplied(await handle.describe());
  const differences = compare(before, applied);
  if (before !== null && differences.length === 0) {
    return { id, change: 'unchanged', differences };
  }
  try {
    await handle.update((previous) => ({ ...options, state: previous.state }));
  } catch (error) {
    throw refused(error, id, spec);
  }
  return { id, change: 'updated', differences };
}

/** The schedules that millrace made, by id. */
export async function listSchedules(client: Client): Promise<readonly ScheduleInfo[]> {
  const ids: string[] = [];
  for await (const { scheduleId } of client.schedule.list()) {
    if (scheduleId.startsWith(ID_PREFIX)) ids.push(scheduleId);
  }
  const infos: ScheduleInfo[] = [];
  for (const id of ids.sort()) {
    const info = await describeSchedule(client, id).catch(unlessGone);
    if (info !== null) infos.push(info);
  }
  return infos;
}

/** @throws MillraceError `NotFound` */
export async function describeSchedule(client: Client, id: string): Promise<ScheduleInfo> {
  const description = await client.schedule.getHandle(id).describe().catch(notFound(id));
  const { info, state, action } = description;
  return {
    id,
    spec: currentSpec(description),
    workflow: action.type === 'startWorkflow' ? action.workflowType : '',
    paused: state.paused,
    nextRuns: info.nextActionTimes.map((time) => time.toISOString()),
    lastRun: info.recentActions.at(-1)?.takenAt.toISOString() ?? null,
    runs: info.numActionsTaken,
    skipped: info.numActionsSkippedOverlap,
    missed: info.numActionsMissedCatchupWindow,
  };
}

/**
 * Starts the schedule's workflow now, by its own overlap policy.
 *
 * @throws MillraceError `NotFound`
 */
export async function triggerSchedule(client: Client, id: string): Promise<void> {
  const handle = client.schedule.getHandle(id);
  const { policies } = await handle.describe().catch(notFound(id));
  await handle.trigger(policies.overlap).catch(notFound(id));
}

/**
 * Removes the schedule; what it started goes on.
 *
 * @throws MillraceError `NotFound`
 */
export async function deleteSchedule(client: Client, id: string): Promise<void> {
  await client.schedule.getHandle(id).delete().catch(notFound(id));
}

function scheduleOptions(applied: Applied) {
  const { spec, action } = applied;
  return {
    spec: { cronExpressions: [spec.cron], timezone: spec.timezone },
    policies: {
      overlap: toTemporalOverlap(spec.overlap),
      catchupWindow: spec.catchupWindowMs,
      pauseOnFailure: false,
    },
    action: {
      type: 'startWorkflow',
      workflowType: action.workflow,
      workflowId: action.workflowId,
      taskQueue: action.taskQueue,
      args: [action.input],
      // Temporal keeps a cron expression only as the calendar it stands for; the memo keeps the words.
      memo: { [APPLIED]: applied },
      searchAttributes: Object.fromEntries(
        Object.entries(action.searchAttributes).map(([name, value]) => [name, [value]]),
      ),
    },
  } satisfies Omit<ScheduleUpdateOptions, 'state'>;
}

function readApplied({ action }: ScheduleDescription): Applied | null {
  if (action.type !== 'startWorkflow') return null;
  return (action.memo?.[APPLIED] as Applied | undefined) ?? null;
}

/** What the file said, with what other tools may have changed since. */
function currentSpec(description: ScheduleDescription): ScheduleSpec | null {
  const applied = readApplied(description);
  const overlap = fromTemporalOverlap(description.policies.overlap);
  if (applied === null || overlap === null) return null;
  return { ...applied.spec, overlap, catchupWindowMs: description.policies.catchupWindow };
}

function compare(before: Applied | null, after: Applied): ScheduleChange['differences'] {
  const fieldsOf = (applied: Applied) => ({ ...applied.spec, ...applied.action });
  const old: Readonly<Record<string, unknown>> = before === null ? {} : fieldsOf(before);
  return Object.entries(fieldsOf(after)).flatMap(([field, value]) => {
    const from = words(old[field]);
    const to = words(value);
    return from === to ? [] : [{ field, from, to }];
  });
}

function words(value: unknown): string {
  if (value === undefined) return 'unknown';
  return typeof value === 'string' ? value : canonicalJson(value);
}

function notFound(id: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
    throw new MillraceError(
      'NotFound',
      `there is no schedule named ${id.replace(/^schedule\//, '')}`,
      '`millrace schedule list` shows those that there are, `millrace schedule apply FILE` makes one',
      { cause: error },
    );
  };
}

/** A schedule may be deleted between the list and the look at it. */
function unlessGone(error: unknown): null {
  if (error instanceof MillraceError && error.type === 'NotFound') return null;
  throw error;
}

function refused(error: unknown, id: string, spec: ScheduleSpec): unknown {
  // The client turns the server's "invalid argument" into a TypeError with its words.
  if (!(error instanceof TypeError)) return error;
  return new MillraceError(
    'InvalidInput',
    `the Temporal server refuses ${id} (cron "${spec.cron}", time zone ${spec.timezone}): ${error.message}`,
    'correct `schedule` in the pipeline file: five cron fields and an IANA time zone',
    { cause: error },
  );
}
