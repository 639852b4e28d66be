import {
  ActivityCancellationType,
  type ActivityOptions,
  proxyActivities,
  proxyLocalActivities,
} from '@temporalio/workflow';
import type { Activities } from '../activities/index.js';
import {
  NON_RETRYABLE_FAILURE_TYPES,
  type ScheduledStep,
  type StepOutcome,
  type StepTask,
  TASK_QUEUE,
} from '../contracts/index.js';

/** Without a heartbeat for this long a worker counts as dead and the attempt is made again. */
const HEARTBEAT_TIMEOUT_MS = 10_000;

const QUICK = {
  taskQueue: TASK_QUEUE.control,
  startToCloseTimeout: 30_000,
  heartbeatTimeout: HEARTBEAT_TIMEOUT_MS,
  // For ever: control activities wait out an unreachable database, they never lose a decision.
  retry: {
    initialInterval: 200,
    maximumInterval: 10_000,
    nonRetryableErrorTypes: [...NON_RETRYABLE_FAILURE_TYPES],
  },
} satisfies ActivityOptions;

/** Work beside the steps: it takes its time, and gives up where it fails again and again. */
const HEAVY: ActivityOptions = {
  taskQueue: TASK_QUEUE.steps,
  startToCloseTimeout: 30 * 60_000,
  heartbeatTimeout: HEARTBEAT_TIMEOUT_MS,
  retry: {
    initialInterval: 1_000,
    maximumInterval: 60_000,
    maximumAttempts: 5,
    nonRetryableErrorTypes: [...NON_RETRYABLE_FAILURE_TYPES],
  },
};

/** Quick activities that change or read state; on their own queue, so never behind a trainer. */
export const controlActivities = proxyActivities<Activities>(QUICK);

/**
 * What each monitor does again and again, and there are thousands: it is done within the workflow
 * task, without a way through the server. What fails for longer waits in a timer, not in the task.
 */
export const watchActivities = proxyLocalActivities<
  Pick<Activities, 'loadWatchState' | 'inspectWindows' | 'recordDecision' | 'followDecision'>
>({
  startToCloseTimeout: QUICK.startToCloseTimeout,
  retry: QUICK.retry,
  localRetryThreshold: 1_000,
});

/** Wait for the gateways, which may have to start a version's own server; a rollback can overtake it. */
export const confirmActivities = proxyActivities<
  Pick<Activities, 'confirmServed' | 'confirmRoute' | 'endRetirement'>
>({
  ...QUICK,
  startToCloseTimeout: 3 * 60 * 60_000,
});

/**
 * Takes as long as what it looks at: the sources of a run may be large, and a version's own server may
 * need an hour until it answers. A worker that dies meanwhile is known by its heartbeats.
 */
export const patientActivities = proxyActivities<
  Pick<Activities, 'openRun' | 'checkVersion' | 'smokeTest' | 'chooseEarlierChampion'>
>({
  ...QUICK,
  startToCloseTimeout: 3 * 60 * 60_000,
});

/** A receiver that is away is tried for a day. */
export const alertActivities = proxyActivities<Pick<Activities, 'sendAlerts'>>({
  ...QUICK,
  startToCloseTimeout: 60_000,
  scheduleToCloseTimeout: 24 * 60 * 60_000,
  retry: { initialInterval: 1_000, backoffCoefficient: 2, maximumInterval: 5 * 60_000 },
});

/** A tracker that is away is tried for ever, and nobody waits for it. */
export const mirrorActivities = proxyActivities<Pick<Activities, 'mirrorTracking'>>({
  ...QUICK,
  startToCloseTimeout: 24 * 60 * 60_000,
  retry: { initialInterval: 1_000, backoffCoefficient: 2, maximumInterval: 30_000 },
});

/** Opens and gathers the items of wide steps: thousands of rows, and files that hold them. */
export const itemActivities = proxyActivities<
  Pick<Activities, 'openItems' | 'closeItems' | 'recordItemFailures' | 'evaluateIf'>
>({
  ...QUICK,
  startToCloseTimeout: 10 * 60_000,
});

/** Measures windows: heavy, but never so important that it may fail the monitor. */
export const measureActivities =
  proxyActivities<Pick<Activities, 'measureWindow' | 'correctWindow' | 'queueReview'>>(HEAVY);

/** Chooses the next trials of a search: by Python where it is asked to, which may be installed first. */
export const suggestActivities = proxyActivities<Pick<Activities, 'suggestTrials'>>(HEAVY);

/** A look at the arms of a rollout: another follows, so one that fails is soon told. */
export const lookActivities = proxyActivities<Pick<Activities, 'measureArms'>>({
  taskQueue: TASK_QUEUE.steps,
  startToCloseTimeout: 10 * 60_000,
  heartbeatTimeout: HEARTBEAT_TIMEOUT_MS,
  retry: { initialInterval: 1_000, maximumAttempts: 2 },
});

/** Looks at every file of the store; what it removed stays removed, so it goes on after a crash. */
export const collectActivities = proxyActivities<Pick<Activities, 'collectGarbage'>>({
  taskQueue: TASK_QUEUE.control,
  startToCloseTimeout: 6 * 60 * 60_000,
  heartbeatTimeout: HEARTBEAT_TIMEOUT_MS,
  retry: { initialInterval: 1_000, maximumInterval: 60_000, maximumAttempts: 20 },
});

/** Hashes what a step rests on, where the step would run. */
export function keyActivities(step: ScheduledStep): Pick<Activities, 'findStepKey'> {
  return proxyActivities<Pick<Activities, 'findStepKey'>>({
    taskQueue: step.queue ?? TASK_QUEUE.steps,
    startToCloseTimeout: step.timeoutMs,
    heartbeatTimeout: HEARTBEAT_TIMEOUT_MS,
    retry: {
      initialInterval: 200,
      maximumInterval: 10_000,
      nonRetryableErrorTypes: [...NON_RETRYABLE_FAILURE_TYPES],
    },
  });
}

/**
 * The activity that does a step, with the retries, time and queue that the plan gives it. Cancelled,
 * it has ended only when its process is gone, so that what follows never runs beside it.
 */
export function stepActivity(step: ScheduledStep): (task: StepTask) => Promise<StepOutcome> {
  const nonRetryable = [...NON_RETRYABLE_FAILURE_TYPES, ...step.retry.nonRetryable];
  const activities = proxyActivities<Activities>({
    taskQueue: step.queue ?? TASK_QUEUE.steps,
    startToCloseTimeout: step.timeoutMs,
    ...(step.totalTimeoutMs !== undefined && { scheduleToCloseTimeout: step.totalTimeoutMs }),
    heartbeatTimeout: HEARTBEAT_TIMEOUT_MS,
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    summary: step.id,
    ...(step.priority !== undefined && { priority: step.priority }),
    retry: {
      maximumAttempts: step.retry.maxAttempts,
      initialInterval: step.retry.initialIntervalMs,
      backoffCoefficient: step.retry.backoff,
      maximumInterval: step.retry.maxIntervalMs,
      nonRetryableErrorTypes: withTimeouts(nonRetryable),
    },
  });
  switch (step.kind) {
    case 'ingest':
      return activities.ingest;
    case 'features':
      return activities.features;
    case 'materialize':
      return activities.materialize;
    case 'transform':
      return activities.transform;
    case 'impute':
      return activities.impute;
    case 'encode':
      return activities.encode;
    case 'select':
      return activities.select;
    case 'validate':
      return activities.validate;
    case 'drift':
      return activities.drift;
    case 'train':
      return activities.train;
    case 'evaluate':
      return activities.evaluate;
    case 'register':
      return activities.register;
    case 'predict':
      return activities.predict;
    case 'run':
      return activities.runCommand;
    case 'notify':
      return activities.notify;
    case 'noop':
      return activities.noop;
    case 'tune':
      throw new Error('a tune step is a workflow of its own, it is not an activity');
    case 'pipeline':
      throw new Error('a pipeline step is a run of its own, it is not an activity');
    case 'approve':
      throw new Error('an approve step waits in the workflow, it is not an activity');
    case 'deploy':
      throw new Error('a deploy step is a request to the model workflow, not an activity');
  }
}

/** An attempt that took too long is told of as a failed process: it is retried as one, too. */
function withTimeouts(types: readonly string[]): string[] {
  return types.includes('StepProcessFailed')
    ? [...types, 'TemporalTimeout:StartToClose']
    : [...types];
}
