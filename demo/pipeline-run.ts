import { uuidv7 } from 'uuidv7';
import { keepPlan, startRun } from '../cli/runs/start-run.js';
import {
  checkParams,
  type JsonObject,
  MillraceError,
  type RunPipelineInput,
  type RunPipelineResult,
} from '../contracts/index.js';
import { parsePipelineFile } from '../pipelines/compile.js';
import { PIPELINE_FILE, type Stage } from './stage.js';
import { eventually } from './waiting.js';

export interface RunRequest {
  readonly params: JsonObject;
  readonly asOf: string;
  readonly reason: string;
  readonly gateOverrides?: { readonly [step: string]: string };
}

/**
 * Runs the example's pipeline to its end, as `millrace run` does.
 *
 * @param onStep - told the step that works now
 * @returns the version that the run registered
 * @throws MillraceError `Internal` when the run did not complete
 */
export async function runPipelineFile(
  stage: Stage,
  request: RunRequest,
  onStep: (step: string) => void,
): Promise<number> {
  const compiled = await parsePipelineFile(PIPELINE_FILE);
  if (!compiled.ok) {
    throw new MillraceError(
      'InvalidInput',
      compiled.errors.map(({ message }) => message).join('; '),
    );
  }
  const { plan, planHash, baseDirectory } = compiled;
  const checked = checkParams(plan.params, request.params);
  if (!checked.ok) {
    throw new MillraceError(
      'InvalidInput',
      checked.problems.map(({ message }) => message).join('; '),
    );
  }
  const run: RunPipelineInput = {
    runId: uuidv7(),
    pipeline: plan.name,
    model: plan.model,
    plan: await keepPlan(stage.home, plan),
    planHash,
    params: checked.params,
    baseDirectory,
    asOf: request.asOf,
    trigger: { kind: 'manual', actor: 'demo', reason: request.reason },
    gateOverrides: request.gateOverrides ?? {},
  };
  const { workflowId } = await startRun(stage.temporal, run);
  const ended = stage.temporal.client.workflow
    .getHandle(workflowId)
    .result() as Promise<RunPipelineResult>;
  await followSteps(stage, run.runId, onStep);
  const { status, detail } = await ended;
  if (status !== 'completed') {
    throw new MillraceError('Internal', `the run ${run.runId} ended ${status}: ${detail ?? ''}`);
  }
  const versions = await stage.registry.versions(plan.model ?? '');
  const version = versions.find(({ runId }) => runId === run.runId);
  if (version === undefined)
    throw new MillraceError('Internal', `run ${run.runId} registered nothing`);
  return version.version;
}

/** Tells which step works until the run has ended. */
export async function followSteps(
  stage: Stage,
  runId: string,
  onStep: (step: string) => void,
): Promise<void> {
  await eventually(`the end of run ${runId}`, async () => {
    const steps = await stage.registry.steps(runId);
    const working = steps.findLast(({ status }) => status === 'running');
    if (working !== undefined) onStep(working.stepId);
    const run = await stage.registry.run(runId);
    return run === null || run.status === 'running' ? null : run;
  });
}
