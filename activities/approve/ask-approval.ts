import {
  type ApprovalForm,
  type ApprovalRecord,
  type ApprovalRequest,
  type ApproveInputs,
  formatEventTime,
  type PipelinePlan,
  type StepTask,
} from '../../contracts/index.js';
import { resolveInputs } from '../../pipelines/cache/index.js';
import type { ActivityDeps } from '../deps.js';
import { type PlanCache, stepOf } from '../plan-cache.js';
import { runningRecord } from '../step-record.js';
import { optionalText } from '../steps/step-inputs.js';
import { tellOfApproval } from './tell-of-approval.js';

/**
 * Puts a step's question to people: keeps it, shows the step as running, tells the channels that the
 * file names. Repeatable: the first question stays, with its deadline.
 */
export function askApproval(deps: ActivityDeps, plans: PlanCache) {
  return async ({ task }: { task: StepTask }): Promise<ApprovalRecord> => {
    const plan = await plans.load(task.run.plan);
    const step = stepOf(plan, task.stepId);
    const { run } = task;
    const inputs = resolveInputs(step, {
      params: run.params,
      run: { id: run.runId, asOf: run.asOf },
      steps: task.upstream,
    });
    // What is no expression was checked when the file was compiled.
    const { role, form = {}, notify } = inputs as ApproveInputs;
    const askedAtMs = Date.now();
    const record = await deps.registry.approvals.ask(
      {
        runId: run.runId,
        stepId: step.id,
        pipeline: run.pipeline,
        model: run.model,
        roles: listOf(role),
        message: optionalText({ step, inputs }, 'message') ?? defaultMessage(plan),
        form: form satisfies ApprovalForm,
        onTimeout: step.onTimeout ?? 'reject',
        deadline: step.timeoutMs === 0 ? null : formatEventTime(askedAtMs + step.timeoutMs),
        askedAt: formatEventTime(askedAtMs),
      },
      null,
    );
    if (record.decision !== null) return record;
    const { request } = record;
    await deps.registry.recordStep(
      runningRecord(task, step, { startedAtMs: Date.parse(request.askedAt), attempt: 1 }),
    );
    await keepLine(deps, task, request);
    await tellOfApproval(deps, request, null, listOf(notify));
    return record;
  };
}

export function listOf(value: string | readonly string[] | undefined): readonly string[] {
  return typeof value === 'string' ? [value] : (value ?? []);
}

function defaultMessage({ name }: PipelinePlan): string {
  return `may this run of ${name} go on?`;
}

/** The ledger is of models: a run without one leaves its question with the run. */
async function keepLine(
  { registry }: ActivityDeps,
  { run }: StepTask,
  request: ApprovalRequest,
): Promise<void> {
  if (run.model === null) return;
  await registry.appendLedger({
    model: run.model,
    key: `step-asked/${run.runId}/${request.stepId}`,
    at: request.askedAt,
    asOf: run.asOf,
    actor: `run:${run.runId}`,
    action: 'step-asked',
    from: null,
    to: null,
    reason: request.message,
    evidence: {
      runId: run.runId,
      stepId: request.stepId,
      roles: [...request.roles],
      deadline: request.deadline,
    },
  });
}
