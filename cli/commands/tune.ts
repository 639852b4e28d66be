import { writeFile } from 'node:fs/promises';
import type { RunRecord } from '../../contracts/index.js';
import type { RegistryReader } from '../../models/registry/ports.js';
import { bestSoFar, tuningPage } from '../../monitoring/report/tuning-page/index.js';
import { replaceFile } from '../../storage/durable-file.js';
import type { Cli, DefineCommand } from '../command.js';
import { EXIT } from '../errors.js';
import { findCliHome, withRegistry } from '../rooms.js';
import { findRun, noSuchRun } from '../runs/find-run.js';
import { millracePython } from '../statistics/millrace-python.js';
import { findHistory } from '../tuning/find-history.js';
import { searchImportance } from '../tuning/search-importance.js';
import { tuningLines } from '../tuning/view.js';
import { readVersion } from '../version.js';

interface ShowOptions {
  readonly step?: string;
  readonly html?: string;
}

/** A trial is a run too, and the newest one: what it is a trial of is meant. */
async function searchOf(registry: RegistryReader, { runId, trigger }: RunRecord): Promise<string> {
  const parent = trigger.kind === 'pipeline' ? trigger.actor.replace(/^run:/, '') : null;
  if (parent === null) return runId;
  const searches = (await registry.steps(runId)).some(({ kind }) => kind === 'tune');
  return searches ? runId : parent;
}

export const define: DefineCommand = (command, cli) => {
  command
    .command('show')
    .description('what a search tried, and what its scores hang on')
    .argument('<run>', 'run id, a beginning of one, or latest')
    .option('--step <step>', 'the step, where several search')
    .option('--html <file>', 'write it as a page of its own')
    .action(async (name: string, options: ShowOptions) => {
      const signal = cli.catchInterrupts();
      try {
        await showSearch(cli, name, options, signal);
      } catch (error) {
        if (!signal.aborted) throw error;
        cli.exitCode = EXIT.interrupted;
      }
    });
};

async function showSearch(
  cli: Cli,
  name: string,
  { step, html }: ShowOptions,
  signal: AbortSignal,
): Promise<void> {
  const found = await withRegistry(await findCliHome(cli), async (registry, home) => {
    const runId = await searchOf(registry, await findRun(registry, name));
    return { runId, ...(await findHistory(registry, home, runId, step)) };
  });
  if (found === null) throw noSuchRun(name);
  const { runId, history } = found;
  const python = () => millracePython(cli.env);
  const importance = await searchImportance(history, { python, signal });
  if (html !== undefined) {
    const title = `run ${runId}, step ${found.step}`;
    const generatedAt = new Date().toISOString();
    const about = { title, generatedAt, version: readVersion() };
    const page = tuningPage(history, importance, about);
    await replaceFile(html, (beside) => writeFile(beside, page));
  }
  const { shares, ...importanceBy } = importance;
  const document = {
    runId,
    step: found.step,
    ...history,
    importance: shares,
    importanceBy,
    course: bestSoFar(history),
  };
  cli.out.result(document, () =>
    tuningLines(history, importance, cli.out.columns, cli.out.style).join('\n'),
  );
}
