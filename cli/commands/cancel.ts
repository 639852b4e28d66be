import { setTimeout as sleep } from 'node:timers/promises';
import { MESSAGE, type RunCancelRequest, type RunRecord } from '../../contracts/index.js';
import type { RegistryReader } from '../../models/registry/ports.js';
import type { Cli, DefineCommand } from '../command.js';
import { EXIT } from '../errors.js';
import { currentActor, readReason } from '../options.js';
import { findCliHome, withRegistry } from '../rooms.js';
import { findRun, noSuchRun } from '../runs/find-run.js';
import { shortRunId } from '../runs/short-run-id.js';
import { withTemporal } from '../temporal.js';

const LOOK_EVERY_MS = 200;
/** A step has 10 s between SIGTERM and SIGKILL; after that the run is slow, not stuck. */
const WAIT_MS = 30_000;

export const define: DefineCommand = (command, cli) => {
  command
    .argument('<run>', 'run id, a beginning of one, or latest')
    .option('--reason <text>', 'why; the run keeps it', readReason)
    .option('--detach', 'do not wait until its steps have stopped')
    .action(async (name: string, options: { detach?: boolean; reason?: string }) => {
      const done = await withRegistry(await findCliHome(cli), async (registry, home) => {
        const run = await findRun(registry, name);
        if (run.status !== 'running') {
          tell(cli, run, run.status);
          return true;
        }
        await withTemporal(cli, home, async ({ client }) => {
          const request: RunCancelRequest = {
            actor: currentActor(),
            reason: options.reason ?? null,
          };
          const handle = client.workflow.getHandle(run.workflowId);
          await handle.signal(MESSAGE.cancelRun, request);
          await handle.cancel();
        });
        const status = options.detach === true ? run.status : await ended(cli, registry, run);
        tell(cli, run, status);
        return true;
      });
      if (done === null) throw noSuchRun(name);
    });
};

async function ended(
  cli: Cli,
  registry: RegistryReader,
  run: RunRecord,
): Promise<RunRecord['status']> {
  const interrupted = cli.catchInterrupts();
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    const status = (await registry.run(run.runId))?.status ?? 'running';
    if (status !== 'running' || Date.now() > deadline) return status;
    if (interrupted.aborted) {
      cli.exitCode = EXIT.interrupted;
      return status;
    }
    await sleep(LOOK_EVERY_MS, undefined, { signal: interrupted }).catch(() => undefined);
  }
}

function tell(cli: Cli, run: RunRecord, status: RunRecord['status']): void {
  const short = `${run.pipeline} ${shortRunId(run.runId)}`;
  // Asked to cancel what had already come to another end: that did not happen.
  if (status !== 'running' && status !== 'cancelled') cli.exitCode = EXIT.failed;
  cli.out.result({ runId: run.runId, workflowId: run.workflowId, status }, () => {
    if (status === 'cancelled') return `${short} is cancelled`;
    if (status === 'running') return `${short} is being cancelled; millrace show tells when it is`;
    return `${short} had already ended: ${status}`;
  });
}
