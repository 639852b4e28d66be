import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { uuidv7 } from 'uuidv7';
import {
  formatEventTime,
  type JsonObject,
  type PipelinePlan,
  type RunPipelineInput,
  type RunStatus,
  type StepRecord,
} from '../../contracts/index.js';
import { planHash } from '../../pipelines/plan-hash.js';
import { compareTrials, type TriedStep } from '../../pipelines/trial/compare-trials.js';
import { trialPlan } from '../../pipelines/trial/trial-plan.js';
import type { HomeLayout } from '../../storage/home/layout.js';
import type { Cli } from '../command.js';
import { currentActor } from '../options.js';
import type { LoadedPipeline } from '../pipelines/load-pipeline.js';
import { withRegistry } from '../rooms.js';
import { awaitRunEnd } from '../runs/await-result.js';
import { keepPlan, startRun } from '../runs/start-run.js';
import { type SampledSource, sampleSources } from './sample.js';

/** The JSON of `test`. Fields may be added, never renamed. */
export interface TrialDocument {
  readonly name: string;
  /** Both runs completed, and each step handed on the same in both. */
  readonly ok: boolean;
  readonly status: Exclude<RunStatus, 'running'>;
  readonly detail: string | null;
  readonly steps: readonly TriedStep[];
  /** Sources of which a part was read. */
  readonly sampled: readonly SampledSource[];
}

export interface TrialOptions {
  /** About so many rows of each source. */
  readonly rows: number | 'all';
}

/** Settings of an installation that a trial must not touch. */
const FOREIGN = /^(TEMPORAL_|MILLRACE_REGISTRY|MLFLOW_)/;

/**
 * Runs a pipeline twice on a sample of its data, by the real engine, in a state directory of its own
 * that is gone when this returns.
 */
export async function runTrial(
  cli: Cli,
  { plan, baseDirectory }: LoadedPipeline,
  params: JsonObject,
  { rows }: TrialOptions,
): Promise<TrialDocument> {
  const interrupted = cli.catchInterrupts();
  const sampled =
    rows === 'all' ? [] : await sampleSources(plan, params, baseDirectory, rows, interrupted);
  const tried = trialPlan(plan, new Map(sampled.map(({ step, filter }) => [step, filter])));
  return withOwnHome(cli, async (own, home) => {
    const runs: Run[] = [];
    const asOf = formatEventTime(Date.now());
    for (let turn = 1; turn <= 2; turn += 1) {
      interrupted.throwIfAborted();
      own.out.note(own.out.noteStyle.dim(`run ${turn} of 2`));
      const run = await runOnce(own, home, { plan: tried, params, baseDirectory, asOf });
      runs.push(run);
      // A pipeline that fails is not made right by failing once more in the same way.
      if (run.status !== 'completed') break;
    }
    return documentOf(plan.name, runs, sampled);
  });
}

interface Run {
  readonly status: TrialDocument['status'];
  readonly detail: string | null;
  readonly steps: readonly StepRecord[];
}

function documentOf(
  name: string,
  runs: readonly Run[],
  sampled: readonly SampledSource[],
): TrialDocument {
  const [first = NO_RUN, second] = runs;
  const last = second ?? first;
  const steps = compareTrials(first.steps, last.steps);
  const ok = last.status === 'completed' && steps.every(({ differing }) => differing.length === 0);
  return { name, ok, status: last.status, detail: last.detail, steps, sampled };
}

const NO_RUN: Run = { status: 'cancelled', detail: null, steps: [] };

async function withOwnHome<T>(
  cli: Cli,
  use: (own: Cli, home: HomeLayout) => Promise<T>,
): Promise<T> {
  const { createHome } = await import('../../storage/home/create-home.js');
  const { stopStack } = await import('../stack/stop-stack.js');
  const directory = await mkdtemp(join(tmpdir(), 'millrace-test-'));
  const home = await createHome(join(directory, '.millrace'));
  const kept = Object.entries(cli.env).filter(([name]) => !FOREIGN.test(name));
  const own: Cli = Object.assign(Object.create(cli) as Cli, {
    env: { ...Object.fromEntries(kept), MILLRACE_HOME: home.root },
  });
  try {
    return await use(own, home);
  } finally {
    await stopStack(home, () => undefined);
    await rm(directory, { recursive: true, force: true });
  }
}

async function runOnce(
  cli: Cli,
  home: HomeLayout,
  asked: {
    readonly plan: PipelinePlan;
    readonly params: JsonObject;
    readonly baseDirectory: string;
    readonly asOf: string;
  },
): Promise<Run> {
  const { plan, ...given } = asked;
  const { ensureStack } = await import('../stack/ensure-stack.js');
  const { connectTemporal } = await import('../../temporal/connection.js');
  const stack = await ensureStack({ home, env: cli.env, notify: () => undefined });
  const temporal = await connectTemporal({ env: stack.env });
  try {
    const input: RunPipelineInput = {
      ...given,
      runId: uuidv7(),
      pipeline: plan.name,
      model: plan.model,
      plan: await keepPlan(home, plan),
      planHash: planHash(plan),
      trigger: { kind: 'manual', actor: currentActor(), reason: 'a trial' },
      gateOverrides: {},
    };
    const { workflowId } = await startRun(temporal, input);
    const end = await awaitRunEnd(temporal.client, workflowId, () => undefined);
    const steps = await withRegistry(home, (registry) => registry.steps(input.runId), cli.env);
    return { ...end, steps: steps ?? [] };
  } finally {
    await temporal.connection.close();
  }
}
