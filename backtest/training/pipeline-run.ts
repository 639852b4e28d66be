import type { ActivityDeps } from '../../activities/deps.js';
import type { StepWorkResult } from '../../activities/step-work.js';
import {
  isMillraceError,
  MillraceError,
  type MonitorSpec,
  type PipelinePlan,
  type PlanStep,
  type RunPipelineInput,
  type StepOutputs,
  type StepTask,
  type VersionRecord,
} from '../../contracts/index.js';
import {
  comparisonTerms,
  resolveArguments,
  resolveContainer,
  resolveInputs,
  restsOnChampion,
  stepKey,
} from '../../pipelines/cache/index.js';
import {
  type ExpressionScope,
  evaluateCondition,
  resolveTemplate,
} from '../../pipelines/expressions/index.js';
import type { Turns } from '../../processes/turns.js';
import type { History } from '../history/history.js';
import type { ResultCache } from '../stores/result-cache.js';
import { restrictedInputs } from './history-source.js';
import { registerVersion } from './register-version.js';
import { PROCESS_KINDS, STEP_WORKS } from './step-works.js';

/** What a run is carried out with. */
export interface TrainingWorld {
  readonly deps: ActivityDeps;
  readonly results: ResultCache;
  readonly history: History;
  /** Steps that read the history instead of their source. */
  readonly historySteps: readonly string[];
  readonly processes: Turns;
  readonly signal: AbortSignal;
  /** Of millrace: profiles of another release are made anew. */
  readonly release: string;
}

export interface PipelineRun {
  readonly plan: PipelinePlan;
  readonly run: RunPipelineInput;
  /** The first event time that is not known yet. */
  readonly knownMs: number;
  /** What watches the versions that come of it; `null`: nothing. */
  readonly monitor: MonitorSpec | null;
}

/** How a run ended, and the version that it wants deployed, if it came so far. */
export interface PipelineRunEnd {
  readonly status: 'completed' | 'failed' | 'rejected';
  readonly detail: string;
  /** Of the steps that run a process, as they took when they were first done. */
  readonly trainingSeconds: number;
  readonly deploy: {
    readonly task: StepTask;
    readonly version: VersionRecord;
    /** It says `promote: uncompared`. */
    readonly isExempt: boolean;
  } | null;
}

/** Failures that say something of the machine, not of the data at that time: they end a replay. */
const FATAL: readonly string[] = [
  'EnvironmentMissing',
  'StepContractBroken',
  'Internal',
  'ArtifactCorrupt',
];

/**
 * Runs a plan's steps in their order, with the work of the activities and the keys of the cache, on
 * what was known at a moment. A step that fails fails the run, as at the moment itself.
 *
 * @throws MillraceError where the machine is at fault; the signal's reason when it was aborted
 */
export async function runPipelineAt(
  world: TrainingWorld,
  asked: PipelineRun,
): Promise<PipelineRunEnd> {
  const ends = new Map<string, StepOutputs>();
  let trainingSeconds = 0;
  let deploy: PipelineRunEnd['deploy'] = null;
  const end = (status: PipelineRunEnd['status'], detail: string): PipelineRunEnd => {
    return { status, detail, trainingSeconds, deploy: status === 'completed' ? deploy : null };
  };
  for (const step of asked.plan.steps) {
    world.signal.throwIfAborted();
    if (!step.needs.every((need) => ends.has(need))) continue;
    const task = taskOf(asked, step, ends);
    try {
      if (step.if !== null && !evaluateCondition(step.if, scopeOf(task))) continue;
      // What is predicted for others is no part of how a model comes about.
      if (step.kind === 'predict' || step.kind === 'materialize') continue;
      if (step.kind === 'notify') continue;
      refuseManyRuns(step);
      if (step.kind === 'deploy') {
        const version = await versionToDeploy(world, asked, step, task);
        deploy = { task, version, isExempt: step.with['promote'] === 'uncompared' };
        continue;
      }
      const done = await runStep(world, asked, step, task);
      if (PROCESS_KINDS.includes(step.kind)) trainingSeconds += done.seconds;
      const gate = done.result.gate ?? null;
      if (gate !== null && !gate.passed && gate.overrideReason === undefined) {
        return end('rejected', `step ${step.id}: the gate said no (${gate.reason})`);
      }
      ends.set(step.id, done.result.outputs);
    } catch (error) {
      world.signal.throwIfAborted();
      if (!isMillraceError(error) || FATAL.includes(error.type)) throw error;
      return end('failed', `step ${step.id}: ${error.message}`);
    }
  }
  return end('completed', '');
}

/** A replay does each step once for a moment: what is many runs in itself has no place in it yet. */
function refuseManyRuns({ id, kind, fanOut }: PlanStep): void {
  const uses = kind === 'pipeline' || kind === 'tune';
  if (fanOut === undefined && !uses) return;
  const what = uses ? 'uses another pipeline' : 'has a matrix or a list of items';
  throw new MillraceError(
    'EnvironmentMissing',
    `step ${id} ${what}, which a backtest cannot replay`,
    'give the backtest a pipeline whose steps are done once',
  );
}

function taskOf(
  asked: PipelineRun,
  step: PlanStep,
  ends: ReadonlyMap<string, StepOutputs>,
): StepTask {
  const { gateOverrides: _, schedule: _schedule, ...run } = asked.run;
  const upstream = Object.fromEntries(
    step.reads.flatMap((read) => {
      const outputs = ends.get(read);
      return outputs === undefined ? [] : [[read, outputs]];
    }),
  );
  return { run, stepId: step.id, upstream, gateOverride: null };
}

function scopeOf({ run, upstream }: StepTask): ExpressionScope {
  return { params: run.params, run: { id: run.runId, asOf: run.asOf }, steps: upstream };
}

interface StepDone {
  readonly result: StepWorkResult;
  readonly seconds: number;
}

async function runStep(
  world: TrainingWorld,
  asked: PipelineRun,
  step: PlanStep,
  task: StepTask,
): Promise<StepDone> {
  const resolved = resolveInputs(step, scopeOf(task), task.run.retrain);
  if (step.kind === 'register') return register(world, asked, task, resolved['model']);
  if (step.kind === 'deploy') throw new MillraceError('Internal', 'deploy is no work of a replay');
  const inputs = world.historySteps.includes(step.id)
    ? restrictedInputs(resolved, world.history, asked.knownMs)
    : resolved;
  const argv = resolveArguments(step, scopeOf(task));
  const container = resolveContainer(step, scopeOf(task));
  const { deps, signal } = world;
  // What is compared is the strategy's: a policy file may say another margin.
  const plan = { ...asked.plan, monitor: asked.monitor ?? asked.plan.monitor };
  const work = (): Promise<StepWorkResult> =>
    STEP_WORKS[step.kind as keyof typeof STEP_WORKS]({
      deps,
      task,
      plan,
      step,
      inputs,
      argv,
      container,
      attempt: 1,
      signal,
      report: () => undefined,
      logger: deps.logger,
    });
  const make = PROCESS_KINDS.includes(step.kind) ? () => world.processes.take(work) : work;
  const champion = restsOnChampion(step.kind, inputs) ? await championOf(world, asked) : null;
  const key = await stepKey({
    // Numbers of versions are a strategy's own: whom an evaluation compares with is told by content.
    pipeline: { model: `${asked.plan.model} ${champion?.manifest.sha256 ?? ''}` },
    step,
    inputs,
    argv,
    ...(container !== null && { image: container.image }),
    params: task.run.params,
    baseDirectory: task.run.baseDirectory,
    championVersion: champion?.version ?? null,
    comparison: comparisonTerms(plan, task.run.retrain),
    environment: deps.python.environment,
  });
  if (key.key === null) {
    const startedMs = performance.now();
    return { result: await make(), seconds: (performance.now() - startedMs) / 1_000 };
  }
  const isTraining = step.kind === 'train' || step.kind === 'run';
  const { value, seconds } = await world.results.get(
    key.key,
    ({ outputs }) => Object.values(outputs.artifacts),
    make,
    isTraining,
  );
  return { result: value, seconds };
}

async function championOf(
  { deps }: TrainingWorld,
  { plan }: PipelineRun,
): Promise<VersionRecord | null> {
  const alias = plan.model === null ? null : await deps.registry.champion(plan.model);
  return alias === null ? null : deps.registry.version(alias.model, alias.version);
}

async function register(
  { deps, results, release, signal }: TrainingWorld,
  { plan, monitor }: PipelineRun,
  task: StepTask,
  reference: unknown,
): Promise<StepDone> {
  const { registry, artifacts } = deps;
  const model = plan.model ?? '';
  const stores = { registry, artifacts, results, release };
  const version = await registerVersion(stores, { task, model, reference, monitor }, signal);
  const outputs: StepOutputs = {
    values: { model, version: version.version },
    artifacts: {},
    metrics: version.content.evaluation?.metrics ?? {},
  };
  return { result: { outputs }, seconds: 0 };
}

async function versionToDeploy(
  { deps }: TrainingWorld,
  { plan }: PipelineRun,
  step: PlanStep,
  task: StepTask,
): Promise<VersionRecord> {
  const number = Number(resolveTemplate(step.with['version'] ?? null, scopeOf(task)));
  const version = await deps.registry.version(plan.model ?? '', number);
  if (version !== null) return version;
  throw new MillraceError(
    'InvalidInput',
    `step ${step.id}: version is ${number}, which is none of ${plan.model}`,
    'give `with.version: ${steps.<register step>.version}`',
  );
}
