import { resolve } from 'node:path';
import { uuidv7 } from 'uuidv7';
import { formatEventTime, type JsonObject, type RunPipelineInput } from '../../contracts/index.js';
import type { Cli, DefineCommand } from '../command.js';
import { UsageError } from '../errors.js';
import { currentActor, readEventTime, readParam } from '../options.js';
import { gateOverrides } from '../pipelines/gate-overrides.js';
import {
  checkPipelineParams,
  type LoadedPipeline,
  loadPipeline,
} from '../pipelines/load-pipeline.js';
import { openCliHome } from '../rooms.js';
import { followRun } from '../runs/follow-run.js';
import { keepPlan } from '../runs/start-run.js';

interface RunOptions {
  readonly env?: string;
  readonly param?: Readonly<Record<string, string>>;
  readonly detach?: boolean;
  readonly watch?: boolean;
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
    .option('--watch', 'draw the steps as the graph that they are')
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
      await run(cli, file, pipeline, params, overrides, options);
    });
};

async function run(
  cli: Cli,
  file: string,
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
    ...(file !== '-' && { file: resolve(cli.cwd, file) }),
  };
  await followRun(cli, home, input, plan, {
    detach: options.detach === true,
    graph: options.watch === true,
  });
}
