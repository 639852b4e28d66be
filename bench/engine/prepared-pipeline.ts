import { uuidv7 } from 'uuidv7';
import { keepPlan } from '../../cli/runs/start-run.js';
import {
  MillraceError,
  type RunPipelineInput,
  type RunPipelineResult,
  runSearchAttributes,
  runWorkflowId,
  TASK_QUEUE,
  WORKFLOW,
} from '../../contracts/index.js';
import { compilePipeline } from '../../pipelines/compile.js';
import type { EngineWorld } from './engine-world.js';

/**
 * Compiles a pipeline and keeps its plan, so that only its runs are measured.
 *
 * @param file - how the pipeline is called in errors
 * @returns starts one run with results that no run has had, waits for its end, gives its workflow id
 * @throws MillraceError `Internal` where it does not compile; the run, where it does not complete
 */
export async function preparePipeline(
  { home, temporal }: EngineWorld,
  file: string,
  yaml: string,
): Promise<() => Promise<string>> {
  const compiled = compilePipeline(yaml, { file, baseDirectory: home.root });
  if (!compiled.ok) {
    throw new MillraceError('Internal', `${file} does not compile: ${compiled.errors[0]?.message}`);
  }
  const { plan, planHash } = compiled;
  const kept = await keepPlan(home, plan);
  return async () => {
    const runId = uuidv7();
    const run: RunPipelineInput = {
      runId,
      pipeline: plan.name,
      model: plan.model,
      plan: kept,
      planHash,
      params: { salt: runId },
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
    if (result.status === 'completed') return workflowId;
    throw new MillraceError(
      'Internal',
      `the run of ${file} ended ${result.status}: ${result.detail}`,
    );
  };
}
