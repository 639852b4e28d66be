import { setTimeout as sleep } from 'node:timers/promises';
import { MillraceError } from '../../contracts/index.js';
import type { RegistryReader } from '../../models/registry/ports.js';
import { suggestion } from '../../pipelines/nearest.js';
import type { Cli, DefineCommand } from '../command.js';
import { EXIT, UsageError } from '../errors.js';
import { findCliHome, withRegistry } from '../rooms.js';
import { findRun, noSuchRun } from '../runs/find-run.js';
import { LineFollower, type LogFile, listLogFiles, readFrom } from '../runs/log-files.js';
import { runLogsDirectory } from '../runs/read-run.js';
import { shortRunId } from '../runs/view.js';

const FOLLOW_EVERY_MS = 200;

export const define: DefineCommand = (command, cli) => {
  command
    .argument('<run>', 'run id, a beginning of one, or latest')
    .argument('[step]', 'only this step')
    .option('-f, --follow', 'go on until the run ends')
    .action(async (name: string, step: string | undefined, options: { follow?: boolean }) => {
      if (options.follow === true && cli.out.json) {
        throw new UsageError('--follow prints lines as they come, --json one document', 'use one');
      }
      const found = await withRegistry(await findCliHome(cli), async (registry, home) => {
        const run = await findRun(registry, name);
        const steps = (await registry.steps(run.runId)).map(({ stepId }) => stepId);
        const directory = runLogsDirectory(home, run.runId);
        if (options.follow === true) {
          await follow(cli, registry, run.runId, directory, step ?? null);
        } else {
          await printAll(cli, run.runId, directory, steps, step ?? null);
        }
        return true;
      });
      if (found === null) throw noSuchRun(name);
    });
};

async function printAll(
  cli: Cli,
  runId: string,
  directory: string,
  steps: readonly string[],
  step: string | null,
): Promise<void> {
  const files = (await listLogFiles(directory)).filter((file) => isOf(file, step));
  if (files.length === 0 && step !== null && !steps.includes(step)) {
    throw new MillraceError(
      'NotFound',
      `run ${shortRunId(runId)} has no step ${step}`,
      suggestion(step, steps) ?? 'millrace show lists the steps of a run',
    );
  }
  const logs = await Promise.all(
    files.map(async (file) => ({
      step: file.step,
      attempt: file.attempt,
      file: file.path,
      text: await readFrom(file.path, 0),
    })),
  );
  cli.out.result({ runId, logs }, () => {
    if (logs.length === 0) return `no log lines yet in ${directory}`;
    const { bold } = cli.out.style;
    const alone = logs.length === 1;
    return logs
      .map(({ step: id, attempt, text }) => {
        const title = bold(attempt > 1 ? `==> ${id}, attempt ${attempt}` : `==> ${id}`);
        const said = text.trim() === '' ? cli.out.style.dim('(nothing)') : text.trimEnd();
        return alone ? said : `${title}\n${said}\n`;
      })
      .join('\n');
  });
}

async function follow(
  cli: Cli,
  registry: RegistryReader,
  runId: string,
  directory: string,
  step: string | null,
): Promise<void> {
  const stop = cli.catchInterrupts();
  const followers = new Map<string, LineFollower>();
  const say = (file: LogFile, lines: readonly string[]): void => {
    const label = step === null ? cli.out.style.cyan(`${file.step} | `) : '';
    for (const line of lines) cli.out.print(`${label}${line}`);
  };
  for (;;) {
    // Asked before the files are read, so that the last lines of a run are not missed.
    const ended = (await registry.run(runId))?.status !== 'running';
    for (const file of await listLogFiles(directory)) {
      if (!isOf(file, step)) continue;
      const follower = followers.get(file.path) ?? new LineFollower(file);
      followers.set(file.path, follower);
      say(file, await follower.next());
      if (ended) say(file, follower.rest());
    }
    if (ended) return;
    if (stop.aborted) {
      cli.exitCode = EXIT.interrupted;
      return;
    }
    await sleep(FOLLOW_EVERY_MS, undefined, { signal: stop }).catch(() => undefined);
  }
}

function isOf(file: LogFile, step: string | null): boolean {
  return step === null || file.step === step;
}
