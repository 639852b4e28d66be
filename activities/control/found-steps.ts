import type {
  PipelinePlan,
  PlanStep,
  RunPipelineInput,
  StepOutputs,
  StepRecord,
} from '../../contracts/index.js';
import type { StepCacheStatus } from '../../pipelines/cache/index.js';
import type { ActivityDeps } from '../deps.js';
import { endedRecord, runningRecord } from '../step-record.js';

/** A step that does not run: its result is there. */
export interface FoundStep {
  readonly stepId: string;
  readonly outputs: StepOutputs;
}

/** Records the steps of a plan whose results the walk found, all in one transaction. */
export async function reuse(
  { registry }: Pick<ActivityDeps, 'registry'>,
  run: RunPipelineInput,
  plan: PipelinePlan,
  statuses: readonly StepCacheStatus[],
): Promise<readonly FoundStep[]> {
  const records: StepRecord[] = [];
  const byId = new Map(plan.steps.map((step) => [step.id, step]));
  for (const { stepId, status, reason, entry, parts } of statuses) {
    const step = byId.get(stepId);
    if (status !== 'hit' || entry === undefined || step === undefined) continue;
    if (Object.hasOwn(run.gateOverrides, stepId) || isTakenOver(run, stepId)) continue;
    records.push({
      ...foundRecord(run, step, { cacheKey: entry.key, outcome: entry.outcome }),
      ...(parts !== undefined && { parts }),
      reuse: { status: 'hit', reason },
    });
  }
  if (records.length === 0) return [];
  const taken = await registry.reuseSteps(records);
  return records.flatMap(({ stepId, outcome }) =>
    outcome !== null && taken.has(stepId) ? [{ stepId, outputs: outcome.outputs }] : [],
  );
}

/** Whether an earlier run has a say in this step: it is taken over from it, or done again. */
function isTakenOver({ takeOver: from }: RunPipelineInput, stepId: string): boolean {
  return from?.steps.includes(stepId) === true || from?.redo.includes(stepId) === true;
}

/** Records the steps that a run takes over from another, as they were. */
export async function takeOver(
  { registry }: Pick<ActivityDeps, 'registry'>,
  run: RunPipelineInput,
  plan: PipelinePlan,
): Promise<readonly FoundStep[]> {
  const { takeOver: from } = run;
  if (from === undefined) return [];
  const found: FoundStep[] = [];
  for (const step of plan.steps) {
    if (!from.steps.includes(step.id)) continue;
    const earlier = await registry.step(from.runId, step.id);
    if (earlier?.status !== 'completed' || earlier.outcome === null) continue;
    const outcome = { ...earlier.outcome, cached: true };
    await registry.completeStep(
      {
        ...foundRecord(run, step, { cacheKey: earlier.cacheKey, outcome }),
        ...(earlier.parts !== undefined && { parts: earlier.parts }),
        reuse: { status: 'hit', reason: `taken over from run ${from.runId} as it was` },
      },
      null,
    );
    found.push({ stepId: step.id, outputs: outcome.outputs });
  }
  return found;
}

/** Records the stand-ins for the steps that a trial's step reads, with what those handed on. */
export async function recordGiven(
  { registry }: Pick<ActivityDeps, 'registry'>,
  run: RunPipelineInput,
  plan: PipelinePlan,
): Promise<readonly FoundStep[]> {
  const { given = {}, parent } = run;
  const found: FoundStep[] = [];
  for (const step of plan.steps) {
    const outputs = given[step.id];
    if (outputs === undefined) continue;
    const outcome = { status: 'completed' as const, cached: true, outputs, gate: null };
    const record = foundRecord(run, step, { cacheKey: null, outcome });
    const reason = `handed on by run ${parent?.runId ?? ''}`;
    await registry.completeStep({ ...record, reuse: { status: 'hit', reason } }, null);
    found.push({ stepId: step.id, outputs });
  }
  return found;
}

function foundRecord(
  run: RunPipelineInput,
  step: PlanStep,
  end: Pick<Required<Parameters<typeof endedRecord>[2]>, 'cacheKey' | 'outcome'>,
): StepRecord {
  const times = { startedAtMs: Date.now(), attempt: 0 };
  const task = { run, stepId: step.id, upstream: {}, gateOverride: null };
  return endedRecord(runningRecord(task, step, times), 'completed', end);
}
