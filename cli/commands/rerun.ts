import { uuidv7 } from 'uuidv7';
import {
  type JsonObject,
  MillraceError,
  type PipelinePlan,
  type RunPipelineInput,
  type RunRecord,
} from '../../contracts/index.js';
import type { HomeLayout } from '../../storage/home/layout.js';
import type { Cli, DefineCommand } from '../command.js';
import { currentActor, readParam } from '../options.js';
import {
  checkPipelineParams,
  type LoadedPipeline,
  loadPipeline,
} from '../pipelines/load-pipeline.js';
import { openCliHome, withRegistry } from '../rooms.js';
import { findRun, noSuchRun } from '../runs/find-run.js';
import { followRun } from '../runs/follow-run.js';
import { namedItem } from '../runs/named-item.js';
import { readPlan } from '../runs/read-run.js';
import { shortRunId } from '../runs/short-run-id.js';
import { keepPlan } from '../runs/start-run.js';
import { takenOver } from '../runs/taken-over.js';

interface RerunOptions {
  readonly from?: string;
  readonly param?: Readonly<Record<string, string>>;
  readonly replan?: string | true;
  readonly reason?: string;
  readonly detach?: boolean;
  readonly watch?: boolean;
}

export const define: DefineCommand = (command, cli) => {
  command
    .argument('<run>', 'run id, a beginning of one, or latest')
    .option(
      '--from <step>',
      'do this step, or one item of it (train[3]), and what follows again; the others stay as they were',
    )
    .option('-p, --param <name=value>', 'another value of a parameter; again for each', readParam)
    .option('--replan [file]', 'by the pipeline file as it is now, not by the plan of that run')
    .option('--reason <text>', 'why; the run keeps it')
    .option('--detach', 'return as soon as the run is started')
    .option('--watch', 'draw the steps as the graph that they are')
    .action(async (name: string, options: RerunOptions) => {
      const home = await openCliHome(cli);
      const found = await withRegistry(home, async (registry) => {
        const run = await findRun(registry, name);
        const steps = await registry.steps(run.runId);
        const { from } = options;
        return {
          run,
          steps,
          from: from === undefined ? null : await namedItem(registry, run.runId, from),
        };
      });
      if (found === null) throw noSuchRun(name);
      const { run, steps, from } = found;
      if (run.status === 'running') {
        throw new MillraceError(
          'InvalidInput',
          `run ${shortRunId(run.runId)} is still under way`,
          `millrace cancel ${shortRunId(run.runId)} ends it`,
        );
      }
      const planned = await plannedAgain(cli, home, run, options.replan);
      const changed = options.param !== undefined || options.replan !== undefined;
      const input: RunPipelineInput = {
        ...inputOf(run),
        runId: uuidv7(),
        plan: await keepPlan(home, planned.plan),
        planHash: planned.planHash,
        params: paramsOf(planned, run, options.param ?? {}),
        baseDirectory: planned.baseDirectory,
        trigger: {
          kind: 'manual',
          actor: currentActor(),
          reason: options.reason ?? `run ${shortRunId(run.runId)} again`,
        },
        takeOver: takenOver(planned.plan, run, steps, { from, changed }),
      };
      await followRun(cli, home, input, planned.plan, {
        detach: options.detach === true,
        graph: options.watch === true,
      });
    });
};

type Planned = LoadedPipeline;

/** The plan of that run, or of its file as it is now. */
async function plannedAgain(
  cli: Cli,
  home: HomeLayout,
  run: RunRecord,
  replan: string | true | undefined,
): Promise<Planned> {
  if (replan === undefined) {
    const plan: PipelinePlan = await readPlan(home, run);
    return { plan, planHash: run.planHash, baseDirectory: run.baseDirectory, warnings: [] };
  }
  const file = replan === true ? run.file : replan;
  if (file === undefined) {
    throw new MillraceError(
      'InvalidInput',
      `run ${shortRunId(run.runId)} does not say which file it was planned from`,
      'name it: --replan pipeline.yaml',
    );
  }
  const planned = await loadPipeline(cli, file, run.environment);
  if (planned.plan.name === run.pipeline) return planned;
  throw new MillraceError(
    'InvalidInput',
    `${file} is the pipeline ${planned.plan.name}, the run is of ${run.pipeline}`,
    `millrace run ${file} starts a run of it`,
  );
}

/** Values of that run, as far as the plan still has such parameters, and those that are given now. */
function paramsOf(
  planned: Planned,
  run: RunRecord,
  given: Readonly<Record<string, string>>,
): JsonObject {
  const earlier = Object.entries(run.params).filter(([name]) =>
    Object.hasOwn(planned.plan.params, name),
  );
  return checkPipelineParams(planned, { ...Object.fromEntries(earlier), ...given });
}

/** What a run is started with, of what the registry knows of it. */
function inputOf(run: RunRecord): Omit<RunPipelineInput, 'takeOver'> {
  const { pipeline, model, plan, planHash, params, baseDirectory, asOf, trigger, runId } = run;
  const { gateOverrides, environment, retrain, file } = run;
  return {
    runId,
    pipeline,
    model,
    plan,
    planHash,
    params,
    baseDirectory,
    asOf,
    trigger,
    gateOverrides,
    ...(environment !== undefined && { environment }),
    ...(retrain !== undefined && { retrain }),
    ...(file !== undefined && { file }),
  };
}
