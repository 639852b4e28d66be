import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { RunRecord } from '../../contracts/index.js';
import type { RegistryReader } from '../../models/registry/ports.js';
import type { HomeLayout } from '../../storage/home/layout.js';
import { waitingNotice } from '../approvals/waiting.js';
import { awaitRunEnd, type RunEnd } from './await-result.js';
import type { PlannedStep, RunDocument } from './document.js';
import { readRunDocument } from './read-run.js';
import { type StartedRun, unrecorded } from './start-run.js';

const LOOK_EVERY_MS = 200;
const NO_WORKER_AFTER_MS = 15_000;

export interface RunWatcher {
  /** Each time the registry was looked at. */
  readonly progress: (run: RunDocument) => void;
  readonly notice: (text: string) => void;
}

/**
 * Follows a run through the registry until its workflow ends.
 *
 * @param interrupted - stops watching; the run goes on
 * @returns the run as it stands at the end, or still running when interrupted
 */
export async function watchRun(
  client: Client,
  registry: RegistryReader,
  home: HomeLayout,
  started: StartedRun,
  planned: readonly PlannedStep[],
  interrupted: AbortSignal,
  watcher: RunWatcher,
): Promise<RunDocument> {
  const settled = new AbortController();
  const recordedEnd = async (): Promise<RunEnd | null> => {
    const run = await registry.run(started.input.runId);
    if (run === null || run.status === 'running') return null;
    return { status: run.status, detail: run.detail };
  };
  const ended = awaitRunEnd(
    client,
    started.workflowId,
    () => watcher.notice('Temporal does not answer: the run goes on once it is back'),
    recordedEnd,
  ).finally(() => settled.abort());
  // It is awaited below; until then a rejection must not count as unhandled.
  ended.catch(() => undefined);
  const enough = AbortSignal.any([settled.signal, interrupted]);
  const noWorkerAt = Date.now() + NO_WORKER_AFTER_MS;
  let warned = false;
  const asked = new Set<string>();
  while (!enough.aborted) {
    const run = await lookAt(registry, home, started, planned, null);
    watcher.progress(run);
    for (const waiting of run.waitingFor) {
      const key = `${waiting.step} ${waiting.askedAt}`;
      if (!asked.has(key)) watcher.notice(waitingNotice(waiting));
      asked.add(key);
    }
    const begun = Object.values(run.steps).some(({ status }) => status !== 'pending');
    if (!begun && !warned && Date.now() > noWorkerAt) {
      warned = true;
      watcher.notice(
        'no step has begun yet: is its concurrency group full, or no worker running? millrace doctor tells',
      );
    }
    await sleep(LOOK_EVERY_MS, undefined, { signal: enough }).catch(() => undefined);
  }
  const end = settled.signal.aborted ? await ended : null;
  const last = await lookAt(registry, home, started, planned, end);
  // What happened since the last look is progress too.
  watcher.progress(last);
  return last;
}

/** The run by the registry, or by what is known of it before the worker has recorded it. */
async function lookAt(
  registry: RegistryReader,
  home: HomeLayout,
  started: StartedRun,
  planned: readonly PlannedStep[],
  end: RunEnd | null,
): Promise<RunDocument> {
  const recorded = await registry.run(started.input.runId);
  const run: RunRecord = {
    ...(recorded ?? unrecorded(started)),
    // The workflow's own answer counts: until it has one, the run is running.
    ...(end === null
      ? { status: 'running', endedAt: null }
      : { ...end, endedAt: recorded?.endedAt ?? new Date().toISOString() }),
  };
  return readRunDocument(registry, home, run, planned);
}
