import {
  type ArtifactRef,
  type JsonObject,
  type RequestRetrainInput,
  type RunPipelineInput,
  type ScheduledStart,
  type ScheduleSpec,
  SEARCH_ATTRIBUTES,
  TASK_QUEUE,
  WORKFLOW,
} from '../../contracts/index.js';
import type { ScheduledWorkflow } from '../../temporal/schedules.js';
import { scheduleWords } from '../schedules/words.js';
import type { LoadedPipeline } from './load-pipeline.js';

/**
 * What a pipeline's schedule starts: for a pipeline with a model a request to its one manager,
 * which holds the guards; for any other the run itself.
 */
export function scheduledWorkflow(
  { plan, planHash, baseDirectory }: LoadedPipeline,
  spec: ScheduleSpec,
  reference: ArtifactRef,
  params: JsonObject,
): ScheduledWorkflow {
  const { name: pipeline, model } = plan;
  const actor = `schedule:${pipeline}`;
  const reason = `schedule ${scheduleWords(spec)}`;
  const schedule = startOf(spec);
  const attributes = {
    [SEARCH_ATTRIBUTES.pipeline]: pipeline,
    [SEARCH_ATTRIBUTES.trigger]: 'schedule',
  };
  if (model !== null) {
    const input: RequestRetrainInput = {
      model,
      pipeline,
      plan: reference,
      planHash,
      baseDirectory,
      actor,
      reason,
      ...schedule,
    };
    return {
      workflow: WORKFLOW.requestRetrain,
      workflowId: `retrain/${model}`,
      taskQueue: TASK_QUEUE.control,
      input: asJson(input),
      searchAttributes: { ...attributes, [SEARCH_ATTRIBUTES.model]: model },
    };
  }
  const input: RunPipelineInput = {
    // A schedule starts every run with one and the same input: the workflow, which knows its own
    // id and start, fills these two in.
    runId: '',
    asOf: '',
    pipeline,
    model: null,
    plan: reference,
    planHash,
    params,
    baseDirectory,
    trigger: { kind: 'schedule', actor, reason },
    gateOverrides: {},
    ...schedule,
  };
  return {
    workflow: WORKFLOW.runPipeline,
    workflowId: `pipeline/${pipeline}/scheduled`,
    taskQueue: TASK_QUEUE.control,
    input: asJson(input),
    searchAttributes: attributes,
  };
}

function startOf(spec: ScheduleSpec): { readonly schedule?: ScheduledStart } {
  const schedule: ScheduledStart = {
    // An interval is of no clock; on UTC no time comes twice.
    ...(spec.every === undefined && spec.timezone !== 'UTC' && { timezone: spec.timezone }),
    ...(spec.pauseOnFailure && { pauseOnFailure: true as const }),
  };
  return Object.keys(schedule).length === 0 ? {} : { schedule };
}

/** An interface has no index signature; what it holds here is JSON. */
function asJson(input: RequestRetrainInput | RunPipelineInput): JsonObject {
  return { ...input } as unknown as JsonObject;
}
