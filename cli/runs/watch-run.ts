import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { RunRecord } from '../../contracts/index.js';
import type { RegistryReader } from '../../models/registry/ports.js';
import type { HomeLayout } from '../../storage/home/layout.js';
import { withRegistry } from '../rooms.js';
import { awaitRunEnd, type RunEnd } from './await-result.js';
import type { RunDocument } from './document.js';
import { readRunDocument } from './read-run.js';
import type { StartedRun } from './start-run.js';

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
  home: HomeLayout,
  started: StartedRun,
  stepIds: readonly string[],
  interrupted: AbortSignal,
  watcher: RunWatcher,
): Promise<RunDocument> {
  let end: RunEnd | null = null;
  let failure: unknown = null;
  const wake = new AbortController();
  const ended = awaitRunEnd(client, started.workflowId, () =>
    watcher.notice('Temporal does not answer: the run goes on once it is back'),
  ).then(
    (result) => {
      end = result;
      wake.abort();
    },
    (error: unknown) => {
      failure = error;
      wake.abort();
    },
  );
  const nap = AbortSignal.any([wake.signal, interrupted]);
  // The worker makes the registry, so in a new home there is none before the run has begun.
  while (end === null && failure === null && !interrupted.aborted) {
    if (existsSync(home.registryFile)) break;
    await sleep(LOOK_EVERY_MS, undefined, { signal: nap }).catch(() => undefined);
  }
  const last = await withRegistry(home, async (registry) => {
    const look = () => lookAt(registry, home, started, stepIds, end);
    const noWorkerAt = Date.now() + NO_WORKER_AFTER_MS;
    let warned = false;
    while (end === null && failure === null && !interrupted.aborted) {
      const run = await look();
      watcher.progress(run);
      const begun = Object.values(run.steps).some(({ status }) => status !== 'pending');
      if (!begun && !warned && Date.now() > noWorkerAt) {
        warned = true;
        watcher.notice('no step has begun yet: is a worker running? millrace doctor tells');
      }
      await sleep(LOOK_EVERY_MS, undefined, { signal: nap }).catch(() => undefined);
    }
    return look();
  });
  if (failure !== null) throw failure;
  if (end !== null) await ended;
  return last ?? (await lookAt(null, home, started, stepIds, end));
}

/** The run by the registry, or by what is known of it before the worker has recorded it. */
async function lookAt(
  registry: RegistryReader | null,
  home: HomeLayout,
  started: StartedRun,
  stepIds: readonly string[],
  end: RunEnd | null,
): Promise<RunDocument> {
  const recorded = (await registry?.run(started.input.runId)) ?? null;
  const run: RunRecord = {
    ...(recorded ?? {
      ...started.input,
      workflowId: started.workflowId,
      status: 'running',
      detail: null,
      startedAt: started.startedAt,
      endedAt: null,
    }),
    // The workflow's own answer counts; its last record in the registry may be a moment behind.
    ...(end === null
      ? { status: 'running' }
      : { ...end, endedAt: recorded?.endedAt ?? new Date().toISOString() }),
  };
  return readRunDocument(registry, home, run, stepIds);
}
