import type { Client } from '@temporalio/client';
import { type ReplayWorkerOptions, Worker } from '@temporalio/worker';
import { becomeCurrent } from './become-current.js';
import { readDeployment } from './deployment.js';
import { moveRun, type StrandedRun, strandedRuns } from './stranded-runs.js';

const LOOK_EVERY_MS = 60_000;

export interface KeepRunsGoing {
  readonly client: Client;
  /** `null`: this worker has no build. */
  readonly buildId: string | null;
  /** How a history is replayed with the workflows of this worker. */
  readonly replay: ReplayWorkerOptions;
  readonly logger: {
    info(fields: object, message: string): void;
    warn(fields: object, message: string): void;
  };
}

/**
 * For as long as a worker runs: new work goes to its build when that is its turn, and runs whose
 * build has no worker left go on here, where a replay of what they did so far shows that they can.
 *
 * @returns once new work goes where it is to go; ends the looking with `stop`
 * @throws MillraceError `ServiceUnavailable` as {@link becomeCurrent}
 */
export async function keepRunsGoing(options: KeepRunsGoing): Promise<{ stop(): void }> {
  const { client, buildId, logger } = options;
  const isWithoutBuilds = buildId === null && (await readDeployment(client)) === null;
  if (isWithoutBuilds) return { stop: () => undefined };
  // Told once each: a run that cannot be moved is looked at every minute, and so is whose turn it is.
  const told = new Set<string>();
  let toldCurrent = buildId;
  const follow = async (current: string | null): Promise<void> => {
    if (current === buildId) await takeOverRuns(options, told);
    else if (current !== toldCurrent) {
      logger.info({ buildId, current }, 'new runs go to another build');
    }
    toldCurrent = current;
  };
  const warn = (error: unknown): void => {
    logger.warn({ error: String(error) }, 'builds could not be looked at; tried again soon');
  };
  void follow(await becomeCurrent(client, buildId)).catch(warn);
  const timer = setInterval(() => {
    void becomeCurrent(client, buildId).then(follow).catch(warn);
  }, LOOK_EVERY_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

async function takeOverRuns(options: KeepRunsGoing, told: Set<string>): Promise<void> {
  const { client, buildId, logger } = options;
  for (const run of await strandedRuns(client)) {
    const trouble = await replayTrouble(options, run);
    if (trouble === null) {
      await moveRun(client, run, buildId);
      logger.info({ ...run, to: buildId }, 'a run whose build has no worker goes on here');
    } else if (!told.has(run.runId)) {
      told.add(run.runId);
      logger.warn(
        { ...run, trouble: trouble.message },
        'a run waits for a worker of its build: it cannot go on with this one',
      );
    }
  }
}

/** @returns why the run cannot go on with the workflows of this worker, `null` where it can */
async function replayTrouble(
  { client, replay }: KeepRunsGoing,
  { workflowId, runId }: StrandedRun,
): Promise<Error | null> {
  const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  try {
    await Worker.runReplayHistory(replay, history, workflowId);
    return null;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
