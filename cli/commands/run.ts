import { uuidv7 } from 'uuidv7';
import { formatEventTime, type JsonObject, type RunPipelineInput } from '../../contracts/index.js';
import type { Cli, DefineCommand } from '../command.js';
import { EXIT, UsageError } from '../errors.js';
import { currentActor, readEventTime, readParam } from '../options.js';
import { gateOverrides } from '../pipelines/gate-overrides.js';
import {
  checkPipelineParams,
  type LoadedPipeline,
  loadPipeline,
} from '../pipelines/load-pipeline.js';
import { openCliHome, withRegistry } from '../rooms.js';
import type { RunDocument } from '../runs/document.js';
import { exitCodeOf, finishLines } from '../runs/finish.js';
import { createRunProgress } from '../runs/progress.js';
import { readRunDocument } from '../runs/read-run.js';
import { firstRecord, keepPlan, startRun } from '../runs/start-run.js';
import { traced } from '../runs/traced.js';
import { shortRunId } from '../runs/view.js';
import { watchRun } from '../runs/watch-run.js';
import { withTemporal } from '../temporal.js';

interface RunOptions {
  readonly env?: string;
  readonly param?: Readonly<Record<string, string>>;
  readonly detach?: boolean;
  readonly asOf?: string;
  readonly overrideGate?: readonly string[];
  readonly reason?: string;
}

export const define: DefineCommand = (command, cli) => {
  command
    .argument('<file>', 'pipeline file')
    .option('-p, --param <name=value>', 'value of a parameter; again for each', readParam)
    .option('--env <name>', 'with the values of this environment of the file')
    .option('--detach', 'return as soon as the run is started')
    .option('--as-of <time>', 'event time of the run (default: now)', readEventTime)
    .option('--override-gate <step...>', 'go on although the gate of this step says no')
    .option('--reason <text>', 'why the run is started, or a gate overridden; the ledger keeps it')
    .action(async (file: string, options: RunOptions) => {
      if (options.overrideGate !== undefined && options.reason === undefined) {
        throw new UsageError(
          '--override-gate needs a reason, which the ledger keeps',
          'add --reason "why this run may go on although its gate says no"',
        );
      }
      const pipeline = await loadPipeline(cli, file, options.env);
      const overrides = gateOverrides(pipeline.plan, options.overrideGate ?? [], options.reason);
      const params = checkPipelineParams(pipeline, options.param ?? {});
      await run(cli, pipeline, params, overrides, options);
    });
};

async function run(
  cli: Cli,
  { plan, planHash, baseDirectory }: LoadedPipeline,
  params: JsonObject,
  overrides: RunPipelineInput['gateOverrides'],
  options: RunOptions,
): Promise<void> {
  const home = await openCliHome(cli);
  const input: RunPipelineInput = {
    runId: uuidv7(),
    pipeline: plan.name,
    model: plan.model,
    plan: await keepPlan(home, plan),
    planHash,
    params,
    baseDirectory,
    asOf: options.asOf ?? formatEventTime(Date.now()),
    trigger: {
      kind: 'manual',
      actor: currentActor(),
      reason: options.reason ?? 'started by hand',
    },
    gateOverrides: overrides,
  };
  const stepIds = plan.steps.map(({ id }) => id);
  await withTemporal(cli, home, (temporal) =>
    withRegistry(home, async (registry) => {
      const started = await traced(cli, `run ${plan.name}`, () => startRun(temporal, input));
      if (options.detach === true) {
        const record = await firstRecord(registry, started);
        tellStarted(cli, await readRunDocument(registry, home, record, stepIds));
        return;
      }
      cli.out.note(cli.out.noteStyle.dim(`run ${input.runId} of ${plan.name}`));
      const progress = createRunProgress(cli.out);
      const interrupted = cli.catchInterrupts();
      const document = await watchRun(
        temporal.client,
        registry,
        home,
        started,
        stepIds,
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
