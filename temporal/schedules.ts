import {
  type Client,
  ScheduleAlreadyRunning,
  type ScheduleDescription,
  ScheduleNotFoundError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { MillraceError, type ScheduleSpec } from '../contracts/index.js';
import {
  currentSpec,
  type ScheduleDifference,
  scheduleDifferences,
} from './schedule-differences.js';
import { type Applied, type ScheduledWorkflow, scheduleOptions } from './schedule-options.js';

export type { ScheduleDifference } from './schedule-differences.js';
export type { ScheduledWorkflow } from './schedule-options.js';

/** Schedules that millrace made, by their id (`scheduleId` of the contracts). */
const ID_PREFIX = 'schedule/';

export interface ScheduleChange {
  readonly id: string;
  readonly change: 'created' | 'updated' | 'unchanged';
  /** What an update changed, one entry a field; empty otherwise. */
  readonly differences: readonly ScheduleDifference[];
  /** It was paused before, and stays so. */
  readonly paused: boolean;
}

/** The newest workflow that a schedule started. */
export interface ScheduledOutcome {
  readonly workflowId: string;
  /** The time it was due, RFC 3339. */
  readonly scheduledAt: string;
  readonly startedAt: string;
  /** What the run or the retraining ended as; `running`; `unknown` where the server forgot it. */
  readonly status: string;
  readonly detail: string | null;
}

export interface ScheduleInfo {
  readonly id: string;
  /** As it was applied; `null` where other tools changed it past recognition. */
  readonly spec: ScheduleSpec | null;
  readonly workflow: string;
  readonly paused: boolean;
  /** Why it is paused, or what was said when it was resumed. */
  readonly note: string | null;
  /** RFC 3339, the next few. */
  readonly nextRuns: readonly string[];
  /** RFC 3339; `null` when it has not run. */
  readonly lastRun: string | null;
  readonly last: ScheduledOutcome | null;
  readonly runs: number;
  /** Not started because the one before still ran. */
  readonly skipped: number;
  /** Not started because the server was away for longer than the catch-up window. */
  readonly missed: number;
}

/**
 * Makes the server's schedule be the one of the file: creates it, changes it, or finds that nothing
 * is to do and writes nothing. A pause stays.
 *
 * @throws MillraceError `InvalidInput` when the server does not take the schedule
 */
export async function applySchedule(
  client: Client,
  id: string,
  spec: ScheduleSpec,
  action: ScheduledWorkflow,
): Promise<ScheduleChange> {
  const applied: Applied = { spec, action };
  const options = scheduleOptions(applied);
  const handle = client.schedule.getHandle(id);
  const description = await handle.describe().catch(absent);
  if (description === null) {
    try {
      await client.schedule.create({ scheduleId: id, ...options });
      return { id, change: 'created', differences: [], paused: false };
    } catch (error) {
      // Somebody else made it at the same moment: that one is compared with.
      if (!(error instanceof ScheduleAlreadyRunning)) throw refused(error, id);
      return applySchedule(client, id, spec, action);
    }
  }
  const { paused } = description.state;
  const differences = scheduleDifferences(description, applied);
  if (differences.length === 0) return { id, change: 'unchanged', differences, paused };
  try {
    await handle.update(({ state }) => ({ ...options, state }));
  } catch (error) {
    throw refused(error, id);
  }
  return { id, change: 'updated', differences, paused };
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
    workflow: action.workflowType,
    paused: state.paused,
    note: state.note || null,
    nextRuns: info.nextActionTimes.map((time) => time.toISOString()),
    lastRun: info.recentActions.at(-1)?.takenAt.toISOString() ?? null,
    last: await lastOutcome(client, description),
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

/**
 * Pauses a schedule, or has it go on, and keeps the reason as its note.
 *
 * @returns whether it was the other way before
 * @throws MillraceError `NotFound`
 */
export async function setPaused(
  client: Client,
  id: string,
  paused: boolean,
  note: string,
): Promise<boolean> {
  const handle = client.schedule.getHandle(id);
  const { state } = await handle.describe().catch(notFound(id));
  if (paused) await handle.pause(note).catch(notFound(id));
  // Resumed already: a second note would only hide why it was.
  else if (state.paused) await handle.unpause(note).catch(notFound(id));
  return state.paused !== paused;
}

/** @internal what every operation on one schedule says when there is none */
export function notFound(id: string): (error: unknown) => never {
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

async function lastOutcome(
  client: Client,
  { info }: ScheduleDescription,
): Promise<ScheduledOutcome | null> {
  const last = info.recentActions.at(-1);
  if (last === undefined) return null;
  const { workflowId, firstExecutionRunId } = last.action.workflow;
  const handle = client.workflow.getHandle(workflowId, firstExecutionRunId);
  const times = {
    workflowId,
    scheduledAt: last.scheduledAt.toISOString(),
    startedAt: last.takenAt.toISOString(),
  };
  try {
    const { status } = await handle.describe();
    if (status.name !== 'COMPLETED') {
      return { ...times, status: status.name.toLowerCase().replaceAll('_', ' '), detail: null };
    }
    // A run and a retraining that ended badly are results, not failures of the workflow.
    const result: { status?: string; outcome?: string; detail?: string | null } | null =
      await handle.result();
    const ended = result?.status ?? result?.outcome ?? 'completed';
    return { ...times, status: ended, detail: result?.detail ?? null };
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    return { ...times, status: 'unknown', detail: null };
  }
}

function absent(error: unknown): null {
  if (error instanceof ScheduleNotFoundError) return null;
  throw error;
}

/** A schedule may be deleted between the list and the look at it. */
function unlessGone(error: unknown): null {
  if (error instanceof MillraceError && error.type === 'NotFound') return null;
  throw error;
}

function refused(error: unknown, id: string): unknown {
  // The client turns the server's "invalid argument" into a TypeError with its words.
  if (!(error instanceof TypeError)) return error;
  return new MillraceError(
    'InvalidInput',
    `the Temporal server refuses ${id}: ${error.message}`,
    'correct `schedule` in the pipeline file; the server may not know a time zone that is newer than it',
    { cause: error },
  );
}
