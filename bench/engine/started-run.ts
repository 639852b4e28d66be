import { uuidv7 } from 'uuidv7';
import { keepPlan } from '../../cli/runs/start-run.js';
import {
  type ArtifactRef,
  MillraceError,
  type PipelinePlan,
  type RunPipelineInput,
  type RunPipelineResult,
  runSearchAttributes,
  runWorkflowId,
  TASK_QUEUE,
  WORKFLOW,
} from '../../contracts/index.js';
import { compilePipeline } from '../../pipelines/compile.js';
import type { EngineWorld } from './engine-world.js';

/** A pipeline that is compiled and kept, so that only its runs are measured. */
export interface KeptPipeline {
  readonly plan: PipelinePlan;
  readonly planHash: string;
  readonly kept: ArtifactRef;
}

/**
 * @param file - how the pipeline is called in errors
 * @throws MillraceError `Internal` where it does not compile
 */
export async function keepPipeline(
  { home }: EngineWorld,
  file: string,
  yaml: string,
): Promise<KeptPipeline> {
  const compiled = compilePipeline(yaml, { file, baseDirectory: home.root });
  if (!compiled.ok) {
    throw new MillraceError('Internal', `${file} does not compile: ${compiled.errors[0]?.message}`);
  }
  const { plan, planHash } = compiled;
  return { plan, planHash, kept: await keepPlan(home, plan) };
}

export interface EndedRun {
  readonly runId: string;
  readonly workflowId: string;
}

/**
 * Starts one run and waits for its end.
 *
 * @param salt - a new one makes every result a new one, and is the default
 * @throws MillraceError `Internal` where it does not complete
 */
export async function runKept(
  { home, temporal }: EngineWorld,
  { plan, planHash, kept }: KeptPipeline,
  salt?: string,
): Promise<EndedRun> {
  const runId = uuidv7();
  const run: RunPipelineInput = {
    runId,
    pipeline: plan.name,
    model: plan.model,
    plan: kept,
    planHash,
    params: { salt: salt ?? runId },
    baseDirectory: home.root,
    asOf: new Date().toISOString(),
    trigger: { kind: 'manual', actor: 'bench', reason: 'bench' },
    gateOverrides: {},
  };
  const workflowId = runWorkflowId(run.pipeline, runId);
  const result: RunPipelineResult = await temporal.client.workflow.execute(WORKFLOW.runPipeline, {
    workflowId,
    taskQueue: TASK_QUEUE.control,
    args: [run],
    typedSearchAttributes: runSearchAttributes(run),
  });
  if (result.status === 'completed') return { runId, workflowId };
  throw new MillraceError(
    'Internal',
    `a run of ${plan.name} ended ${result.status}: ${result.detail}`,
  );
}
