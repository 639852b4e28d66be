import { setTimeout as sleep } from 'node:timers/promises';
import type { PipelinePlan, RunPipelineInput, RunRecord } from '../../contracts/index.js';
import {
  MEDIA_TYPE,
  runSearchAttributes,
  runWorkflowId,
  TASK_QUEUE,
  WORKFLOW,
} from '../../contracts/index.js';
import type { RegistryReader } from '../../models/registry/ports.js';
import type { HomeLayout } from '../../storage/home/layout.js';
import type { TemporalClient } from '../../temporal/connection.js';

const RECORDED_WITHIN_MS = 5_000;
const LOOK_EVERY_MS = 50;

export interface StartedRun {
  readonly input: RunPipelineInput;
  readonly workflowId: string;
  readonly startedAt: string;
}

/** Keeps the plan in the artifact store, from where the run reads it whatever happens to the file. */
export async function keepPlan(home: HomeLayout, plan: PipelinePlan) {
  const { createLocalArtifactStore } = await import('../../storage/artifacts/local-store.js');
  return createLocalArtifactStore(home.artifactsDir).putJson(plan, MEDIA_TYPE.plan);
}

/** Starts the workflow of a run and returns at once. */
export async function startRun(
  { client, connection, target }: TemporalClient,
  input: RunPipelineInput,
): Promise<StartedRun> {
  const { ensureSearchAttributes } = await import('../../temporal/search-attributes.js');
  await ensureSearchAttributes(connection, target.namespace);
  const workflowId = runWorkflowId(input.pipeline, input.runId);
  const startedAt = new Date().toISOString();
  await client.workflow.start(WORKFLOW.runPipeline, {
    workflowId,
    taskQueue: TASK_QUEUE.control,
    args: [input],
    staticSummary: `${input.pipeline}: ${input.trigger.reason}`.slice(0, 200),
    typedSearchAttributes: runSearchAttributes(input),
  });
  return { input, workflowId, startedAt };
}

/**
 * The run's record as soon as a worker has made it, so that `show` and `logs` know the run from then
 * on; where no worker takes it up soon, what is known of it already.
 */
export async function firstRecord(
  registry: RegistryReader,
  started: StartedRun,
): Promise<RunRecord> {
  const deadline = Date.now() + RECORDED_WITHIN_MS;
  for (;;) {
    const recorded = await registry.run(started.input.runId);
    if (recorded !== null) return recorded;
    if (Date.now() > deadline) return unrecorded(started);
    await sleep(LOOK_EVERY_MS);
  }
}

/** A run that no worker has recorded yet. */
export function unrecorded({ input, workflowId, startedAt }: StartedRun): RunRecord {
  return { ...input, workflowId, status: 'running', detail: null, startedAt, endedAt: null };
}
