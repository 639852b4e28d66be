import { setTimeout as sleep } from 'node:timers/promises';
import { MESSAGE, MillraceError, type RunPause, type RunRecord } from '../../contracts/index.js';
import type { RegistryReader } from '../../models/registry/ports.js';
import type { Cli } from '../command.js';
import { currentActor } from '../options.js';
import { findCliHome, withRegistry } from '../rooms.js';
import { withTemporal } from '../temporal.js';
import { findRun } from './find-run.js';
import { shortRunId } from './short-run-id.js';

const LOOK_EVERY_MS = 50;
const RECORDED_WITHIN_MS = 15_000;

/**
 * Whether a name on the command line is a run's and not a model's. A model's own name is the model's;
 * any other is a run's where it is `latest` or begins as run ids do.
 */
export async function namesRun(cli: Cli, name: string): Promise<boolean> {
  if (name !== 'latest' && !/^[0-9a-f]{8}[0-9a-f-]*$/.test(name)) return false;
  const isModel = await withRegistry(await findCliHome(cli), async (registry) =>
    (await registry.models()).includes(name),
  );
  return isModel !== true;
}

/**
 * Pauses a run or lets it go on, and returns when the registry says so.
 *
 * @throws MillraceError `InvalidInput` when it has ended; `ServiceUnavailable` when no worker answers
 */
export async function steerRun(
  cli: Cli,
  name: string,
  to: 'pause' | 'resume',
  reason: string,
): Promise<void> {
  const home = await findCliHome(cli);
  await withRegistry(home, async (registry, { ...layout }) => {
    const run = await findRun(registry, name);
    const short = shortRunId(run.runId);
    if (run.status !== 'running') {
      throw new MillraceError(
        'InvalidInput',
        `run ${short} has ended: ${run.status}`,
        `millrace rerun ${short} starts it again`,
      );
    }
    const isPaused = lastPause(run)?.resumedAt === null;
    if (isPaused !== (to === 'pause')) {
      await withTemporal(cli, layout, async ({ client }) => {
        const signal = to === 'pause' ? MESSAGE.pauseRun : MESSAGE.resumeRun;
        const handle = client.workflow.getHandle(run.workflowId);
        await handle.signal(signal, { actor: currentActor(), reason });
      });
      await recorded(registry, run, to);
    }
    cli.out.result({ runId: run.runId, workflowId: run.workflowId, paused: to === 'pause' }, () =>
      to === 'pause'
        ? `${run.pipeline} ${short} is paused: no new step or trial starts until millrace resume ${short}`
        : `${run.pipeline} ${short} goes on`,
    );
    return true;
  });
}

export function lastPause({ pauses }: Pick<RunRecord, 'pauses'>): RunPause | undefined {
  return pauses?.at(-1);
}

async function recorded(
  registry: RegistryReader,
  { runId }: RunRecord,
  to: 'pause' | 'resume',
): Promise<void> {
  const deadline = Date.now() + RECORDED_WITHIN_MS;
  while (Date.now() < deadline) {
    const run = await registry.run(runId);
    if (run === null || run.status !== 'running') return;
    if ((lastPause(run)?.resumedAt === null) === (to === 'pause')) return;
    await sleep(LOOK_EVERY_MS);
  }
  throw new MillraceError(
    'ServiceUnavailable',
    'no worker has taken the request yet; it is kept, and holds as soon as one does',
    'is a worker running? millrace doctor tells',
  );
}
