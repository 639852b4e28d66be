import { availableParallelism } from 'node:os';
import type { WorkerOptions } from '@temporalio/worker';
import { TASK_QUEUE } from '../contracts/index.js';

/** Options of one worker; the caller adds the connection, the activities and the workflow bundle. */
export type QueueOptions = Pick<WorkerOptions, 'taskQueue'> & Partial<WorkerOptions>;

/** With what the worker reads and its type does not name (`WorkerOptionsWithDefaults` does). */
type ControlOptions = QueueOptions & { readonly isolateExecutionTimeout: string };

/** Throttled longer, cancellation would reach a step late: it travels in the heartbeat's answer. */
const MAX_HEARTBEAT_THROTTLE = '1s';
/** How long running activities get to end once the worker was told to stop. */
const SHUTDOWN_GRACE = '10s';
/** After the grace, activities that do not react to their cancellation are left to be retried. */
const SHUTDOWN_FORCE = '15s';

/**
 * For the queue `millrace-control`: workflows, and the quick activities that read and change state.
 * Its slots are plenty and its work is short, so that a rollback never waits.
 */
export function controlWorkerOptions(): ControlOptions {
  return {
    taskQueue: TASK_QUEUE.control,
    maxConcurrentActivityTaskExecutions: 40,
    maxConcurrentWorkflowTaskExecutions: 20,
    maxConcurrentLocalActivityExecutions: 20,
    // A cached workflow takes about a megabyte; one that was put out is replayed from its history.
    maxCachedWorkflows: 100,
    // All workflows share one JavaScript context, which takes a fraction of one context each.
    reuseV8Context: true,
    workflowThreadPoolSize: 1,
    // As long as a server waits for a workflow task. Up to 10,000 signals, sent while no worker ran,
    // come in one task; cut short after the 5 s that are usual, it would begin again each time.
    isolateExecutionTimeout: '10s',
    ...shutdown(),
  };
}

/**
 * For the queue `millrace-steps` or one that a pipeline names (`queue: gpu`): no workflows, and as
 * many steps at a time as there are processors, since a step trains or reads data.
 *
 * @param slots - steps at a time, ≥ 1; by default the processors, at least 2
 */
export function stepWorkerOptions(
  taskQueue: string = TASK_QUEUE.steps,
  slots: number = Math.max(2, availableParallelism()),
): QueueOptions {
  return {
    taskQueue,
    maxConcurrentActivityTaskExecutions: slots,
    ...shutdown(),
  };
}

function shutdown() {
  return {
    maxHeartbeatThrottleInterval: MAX_HEARTBEAT_THROTTLE,
    defaultHeartbeatThrottleInterval: MAX_HEARTBEAT_THROTTLE,
    shutdownGraceTime: SHUTDOWN_GRACE,
    shutdownForceTime: SHUTDOWN_FORCE,
  } as const;
}
