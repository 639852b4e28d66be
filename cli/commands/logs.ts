import { setTimeout as sleep } from 'node:timers/promises';
import { MillraceError, planStepId, type RunRecord } from '../../contracts/index.js';
import type { RegistryReader } from '../../models/registry/ports.js';
import { suggestion } from '../../pipelines/nearest.js';
import type { Cli, DefineCommand } from '../command.js';
import { EXIT, UsageError } from '../errors.js';
import { findCliHome, withRegistry } from '../rooms.js';
import { findRun, noSuchRun } from '../runs/find-run.js';
import { LineFollower, type LogFile, listLogFiles } from '../runs/log-files.js';
import { logsDocument, textOf, trimmedEnd } from '../runs/log-text.js';
import { namedItem } from '../runs/named-item.js';
import { planStepIds, runLogsDirectory } from '../runs/read-run.js';
import { shortRunId } from '../runs/short-run-id.js';

const FOLLOW_EVERY_MS = 200;

export const define: DefineCommand = (command, cli) => {
  command
    .argument('<run>', 'run id, a beginning of one, or latest')
    .argument('[step]', 'only this step, or one item of it: train[3], train[depth=8]')
    .option('-f, --follow', 'go on until the run ends')
    .action(async (name: string, named: string | undefined, options: { follow?: boolean }) => {
      if (options.follow === true && cli.out.json) {
        throw new UsageError('--follow prints lines as they come, --json one document', 'use one');
      }
      const found = await withRegistry(await findCliHome(cli), async (registry, home) => {
        const run = await findRun(registry, name);
        const steps = (await registry.steps(run.runId)).map(({ stepId }) => stepId);
        const directory = runLogsDirectory(home, run.runId);
        const step = named === undefined ? undefined : await namedItem(registry, run.runId, named);
        if (step !== undefined)
          requireStep(step, run, [...steps, ...(await planStepIds(home, run))]);
        if (options.follow === true) {
          await follow(cli, registry, run.runId, directory, step ?? null);
        } else {
          await printAll(cli, run.runId, directory, step ?? null);
        }
        return true;
      });
      if (found === null) throw noSuchRun(name);
    });
};

/** @throws MillraceError `NotFound` for a step that neither the plan nor the run has */
function requireStep(step: string, { runId }: RunRecord, steps: readonly string[]): void {
  const named = planStepId(step);
  const known = [...new Set(steps.map(planStepId))];
  if (known.includes(named)) return;
  throw new MillraceError(
    'NotFound',
    `run ${shortRunId(runId)} has no step ${named}`,
    suggestion(named, known) ?? 'millrace show lists the steps of a run',
  );
}

async function printAll(
  cli: Cli,
  runId: string,
  directory: string,
  step: string | null,
): Promise<void> {
  const files = (await listLogFiles(directory)).filter((file) => isOf(file, step));
  if (cli.out.json) return cli.out.resultInPieces(logsDocument(runId, files));
  if (files.length === 0) cli.out.print(`no log lines in ${directory}`);
  for (const file of files) {
    const { step: id, attempt } = file;
    const title = attempt > 1 ? `==> ${id}, attempt ${attempt}` : `==> ${id}`;
    if (files.length > 1) cli.out.print(cli.out.style.bold(title));
    let isSilent = true;
    for await (const text of trimmedEnd(textOf(file))) {
      isSilent = false;
      await cli.out.printRaw(text);
    }
    if (isSilent) await cli.out.printRaw(cli.out.style.dim('(nothing)'));
    await cli.out.printRaw(files.length > 1 ? '\n\n' : '\n');
  }
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
  const say = (file: LogFile, lines: readonly string[]): Promise<void> => {
    const label = step === null ? cli.out.style.cyan(`${file.step} | `) : '';
    return cli.out.printRaw(lines.map((line) => `${label}${line}\n`).join(''));
  };
  for (;;) {
    // Asked before the files are read, so that the last lines of a run are not missed.
    const ended = await hasEnded(registry, runId, step);
    for (const file of await listLogFiles(directory)) {
      if (!isOf(file, step)) continue;
      const follower = followers.get(file.path) ?? new LineFollower();
      followers.set(file.path, follower);
      for await (const lines of follower.next(file)) await say(file, lines);
      if (ended) await say(file, follower.rest());
    }
    if (ended) return;
    if (stop.aborted) {
      cli.exitCode = EXIT.interrupted;
      return;
    }
    await sleep(FOLLOW_EVERY_MS, undefined, { signal: stop }).catch(() => undefined);
  }
}

/** The run has ended, or the one step that is followed. */
async function hasEnded(
  registry: RegistryReader,
  runId: string,
  step: string | null,
): Promise<boolean> {
  if ((await registry.run(runId))?.status !== 'running') return true;
  const record = step === null ? null : await registry.step(runId, step);
  return record !== null && ['completed', 'rejected', 'skipped'].includes(record.status);
}

function isOf(file: LogFile, step: string | null): boolean {
  return step === null || file.step === step || planStepId(file.step) === step;
}
