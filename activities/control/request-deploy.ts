import {
  type DeployAnswer,
  type DeployRequest,
  type Evaluation,
  type Evidence,
  isArtifactRef,
  type JsonValue,
  longestRolloutMs,
  MillraceError,
  type RetrainContext,
  type RolloutInputs,
  RolloutProblem,
  type RolloutSpec,
  rolloutMisfit,
  rolloutSpec,
  type StepOutcome,
  type StepTask,
  type Template,
  type VersionRecord,
  type VersionStanding,
} from '../../contracts/index.js';
import { METRICS } from '../../monitoring/drift/performance/metrics/index.js';
import { resolveTemplate } from '../../pipelines/expressions/index.js';
import type { ActivityDeps } from '../deps.js';
import { signalManageModel } from '../model-client.js';
import { type PlanCache, stepOf } from '../plan-cache.js';
import { endedRecord, runningRecord } from '../step-record.js';

/**
 * Asks the model's workflow to make a version champion. The request is keyed by run and step, so
 * one that is sent twice is acted on once.
 */
export function requestDeploy(deps: ActivityDeps, plans: PlanCache) {
  return async ({
    task,
    answerTo,
  }: {
    task: StepTask;
    answerTo: string;
  }): Promise<{ requestId: string; rolloutMs: number | null }> => {
    const plan = await plans.load(task.run.plan);
    const step = stepOf(plan, task.stepId);
    await deps.registry.recordStep(
      runningRecord(task, step, { startedAtMs: Date.now(), attempt: 1 }),
    );
    const version = await versionOf(deps, task, step.with['version'] ?? null, plan.model);
    const rollout = rolloutOf(task, step.with, version);
    const isExempt = step.with['promote'] === 'uncompared';
    const request = { ...deployRequest(task, version, answerTo, isExempt), rollout };
    await signalManageModel(deps.temporal, version.model, 'requestDeploy', request);
    return { requestId: request.requestId, rolloutMs: longestRolloutMs(rollout) };
  };
}

/** Records what the model's workflow answered as the result of the deploy step. */
export function recordDeployAnswer(deps: ActivityDeps, plans: PlanCache) {
  return async ({
    task,
    answer,
  }: {
    task: StepTask;
    answer: DeployAnswer;
  }): Promise<StepOutcome> => {
    const plan = await plans.load(task.run.plan);
    const step = stepOf(plan, task.stepId);
    const { outcome: result, serving, detail, failure: type = 'InvalidInput' } = answer;
    const { version } = await versionOf(deps, task, step.with['version'] ?? null, plan.model);
    const outcome: StepOutcome = {
      status: 'completed',
      cached: false,
      outputs: {
        values: { outcome: result, version, serving, detail },
        artifacts: {},
        metrics: {},
      },
      gate: null,
    };
    const begun =
      (await deps.registry.step(task.run.runId, step.id)) ??
      runningRecord(task, step, { startedAtMs: Date.now(), attempt: 1 });
    await deps.registry.recordStep(
      result === 'refused'
        ? endedRecord(begun, 'failed', { failure: { type, message: detail } })
        : endedRecord(begun, 'completed', { outcome }),
    );
    return outcome;
  };
}

function scopeOf({ run, upstream }: StepTask) {
  return { params: run.params, run: { id: run.runId, asOf: run.asOf }, steps: upstream };
}

async function versionOf(
  deps: ActivityDeps,
  task: StepTask,
  template: Parameters<typeof resolveTemplate>[0],
  model: string | null,
): Promise<VersionRecord> {
  const resolved: JsonValue = resolveTemplate(template, scopeOf(task));
  const number = Number(resolved);
  if (model === null || isArtifactRef(resolved) || !Number.isSafeInteger(number)) {
    throw new MillraceError(
      'InvalidInput',
      `step ${task.stepId}: version is ${JSON.stringify(resolved)}, not a version number`,
      'give `with.version: ${steps.<register step>.version}`',
    );
  }
  const version = await deps.registry.version(model, number);
  if (version === null)
    throw new MillraceError('NotFound', `model ${model} has no version ${number}`);
  return version;
}

/** How the step says that the version comes into service. */
function rolloutOf(
  task: StepTask,
  { version: _, promote: __, ...written }: { readonly [key: string]: Template },
  { content }: VersionRecord,
): RolloutSpec {
  const inputs = resolveTemplate(written, scopeOf(task));
  try {
    // The file's schema has checked its shape; only what an expression gave can be wrong here.
    const spec = rolloutSpec(inputs as RolloutInputs);
    const misfit = rolloutMisfit(spec, content.signature);
    if (misfit !== null) throw misfit;
    return spec;
  } catch (error) {
    if (!(error instanceof RolloutProblem)) throw error;
    throw new MillraceError(
      'InvalidInput',
      `step ${task.stepId}: with.${error.key}: ${error.message}`,
      'see docs/rollout.md',
    );
  }
}

/**
 * What a run asks of the model's workflow; a backtest asks the same.
 *
 * @param isExempt - the step says `promote: uncompared`
 */
export function deployRequest(
  task: StepTask,
  version: VersionRecord,
  answerTo: string,
  isExempt: boolean,
): DeployRequest {
  const { evaluation } = version.content;
  const gate = evaluation?.gate ?? null;
  return {
    kind: 'deploy',
    requestId: `${task.run.runId}/${task.stepId}`,
    version: version.version,
    comparedWith: evaluation?.champion?.version ?? null,
    standing: isExempt ? 'exempt' : standingOf(task, version),
    ...(version.monitor?.risk !== undefined && { risk: version.monitor.risk }),
    ...(version.approval === 'pending' && { approval: 'pending' as const }),
    answerTo,
    asOf: task.run.asOf,
    actor: `run:${task.run.trigger.kind}`,
    reason: isExempt
      ? `${reasonOf(task, version)}; compared with nobody (promote: uncompared)`
      : reasonOf(task, version),
    evidence: {
      runId: task.run.runId,
      planHash: task.run.planHash,
      trigger: { ...task.run.trigger },
      metrics: { ...evaluation?.metrics },
      champion:
        evaluation?.champion == null
          ? null
          : { version: evaluation.champion.version, metrics: { ...evaluation.champion.metrics } },
      gate: gate === null ? null : { ...gate, values: { ...gate.values } },
      ...(evaluation?.comparison !== undefined && {
        comparison: JSON.parse(JSON.stringify(evaluation.comparison)),
      }),
      ...(task.run.retrain !== undefined && {
        retrain: JSON.parse(JSON.stringify(task.run.retrain)),
        ...regimeOf(task.run.retrain, evaluation?.champion?.version ?? null),
      }),
    },
  };
}

/** Of a model per regime: the version that keeps what came before the change. */
function regimeOf({ data }: RetrainContext, former: number | null): Evidence {
  if (data.kind !== 'perRegime' || data.changedFrom === null || former === null) return {};
  return { fallback: { version: former, before: data.changedFrom } };
}

/**
 * A person who runs a pipeline rules by its gate. What a retrain made must pass the gate where there
 * is one, and be proven against the champion besides: nobody looks at it.
 */
function standingOf(task: StepTask, version: VersionRecord): VersionStanding {
  const standing = standingByGate(version);
  const needsProof = standing === 'gate-passed' || standing === 'not-worse';
  if (task.run.trigger.kind !== 'retrain' || !(needsProof || standing === 'not-compared')) {
    return standing;
  }
  switch (version.content.evaluation?.comparison?.verdict) {
    case 'better':
    case 'not-worse':
      return standing === 'not-compared' ? 'not-worse' : standing;
    case 'worse':
      return 'worse';
    default:
      return 'unproven';
  }
}

function standingByGate({ content: { evaluation, server } }: VersionRecord): VersionStanding {
  // Registration measures what a server answers for, and compares it with nobody.
  if (evaluation === null || server !== undefined) return 'not-compared';
  const { gate, champion, metrics } = evaluation;
  if (gate !== null) {
    if (gate.passed) return champion === null ? 'first' : 'gate-passed';
    return gate.overrideReason === undefined ? 'worse' : 'gate-overridden';
  }
  if (champion === null) return 'first';
  for (const [name, value] of Object.entries(champion.metrics)) {
    const metric = METRICS.find((known) => known.name === name);
    const own = metrics[name];
    if (metric === undefined || own === undefined) continue;
    return (metric.higherIsBetter ? own >= value : own <= value) ? 'not-worse' : 'worse';
  }
  return 'not-compared';
}

/** Why the version is to serve: what started its run, and how it did on the hold-out. */
function reasonOf(task: StepTask, { content: { evaluation } }: VersionRecord): string {
  const why = task.run.trigger.reason;
  if (evaluation === null) return why;
  const { gate } = evaluation;
  const { reason } = evaluation.comparison ?? {};
  const standing =
    reason === undefined ? comparison(evaluation) : `${comparison(evaluation)}; ${reason}`;
  if (gate?.overrideReason === undefined) return `${why}; ${standing}`;
  return `${why}; its gate said no (${standing}) and was overridden: ${gate.overrideReason}`;
}

/** The first metric that both were measured by, on the same rows. */
function comparison({ metrics, champion }: Evaluation): string {
  const name = METRICS.find(
    (metric) =>
      metrics[metric.name] !== undefined &&
      (champion === null || champion.metrics[metric.name] !== undefined),
  )?.name;
  if (name === undefined) return 'it has no metric in common with the champion';
  const own = `hold-out ${name} ${short(metrics[name])}`;
  return champion === null
    ? own
    : `${own} against ${short(champion.metrics[name])} of version ${champion.version} on the same rows`;
}

function short(value: number | undefined): string {
  return value === undefined ? 'none' : String(Number(value.toPrecision(4)));
}
