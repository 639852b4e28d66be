import type { PipelinePlan, RunPipelineInput } from '../../contracts/index.js';
import type { HomeLayout } from '../../storage/home/layout.js';
import type { Cli } from '../command.js';
import { EXIT } from '../errors.js';
import { watchedRegistry, withRegistry } from '../rooms.js';
import { withTemporal } from '../temporal.js';
import type { RunDocument } from './document.js';
import { exitCodeOf, finishLines } from './finish.js';
import { createRunProgress } from './progress.js';
import { readRunDocument } from './read-run.js';
import { shortRunId } from './short-run-id.js';
import { firstRecord, startRun } from './start-run.js';
import { traced } from './traced.js';
import { watchRun } from './watch-run.js';

export interface FollowOptions {
  /** Return as soon as the run is started. */
  readonly detach: boolean;
  /** Draw the steps as the graph that they are. */
  readonly graph: boolean;
}

/** Starts a run and watches it to its end, or says how to look at it later. */
export async function followRun(
  cli: Cli,
  home: HomeLayout,
  input: RunPipelineInput,
  plan: PipelinePlan,
  { detach, graph }: FollowOptions,
): Promise<void> {
  await withTemporal(cli, home, (temporal) =>
    withRegistry(home, async (registry) => {
      const started = await traced(cli, `run ${plan.name}`, () => startRun(temporal, input));
      if (detach) {
        const record = await firstRecord(registry, started);
        tellStarted(cli, await readRunDocument(registry, home, record, plan.steps));
        return;
      }
      cli.out.note(cli.out.noteStyle.dim(`run ${input.runId} of ${plan.name}`));
      const progress = createRunProgress(cli.out, graph ? plan : null);
      const interrupted = cli.catchInterrupts();
      const document = await watchRun(
        temporal.client,
        await watchedRegistry(cli, registry, interrupted),
        home,
        started,
        plan.steps,
        interrupted,
        { progress: progress.show, notice: progress.notice },
      ).finally(progress.end);
      if (document.status === 'running') tellDetached(cli, document);
      else await tellEnded(cli, document);
    }),
  );
}

function tellStarted(cli: Cli, document: RunDocument): void {
  const short = shortRunId(document.runId);
  cli.out.result(
    document,
    () =>
      `run ${document.runId} is started\n  watch it: millrace logs ${short} --follow, millrace show ${short}`,
  );
}

function tellDetached(cli: Cli, document: RunDocument): void {
  const short = shortRunId(document.runId);
  cli.exitCode = EXIT.interrupted;
  cli.out.result(document, () =>
    [
      `stopped watching; run ${document.runId} goes on`,
      `  look again: millrace show ${short}`,
      `  its logs:   millrace logs ${short} --follow`,
      `  end it:     millrace cancel ${short}`,
    ].join('\n'),
  );
}

async function tellEnded(cli: Cli, document: RunDocument): Promise<void> {
  cli.exitCode = exitCodeOf(document);
  const lines = cli.out.json ? [] : await finishLines(document, cli.out, cli.cwd);
  cli.out.result(document, () => lines.join('\n'));
}
