/** Names that are on the wire: changing one strands what is running. */

export const TASK_QUEUE = {
  /** Workflows and the quick activities that change or read state: never behind a trainer. */
  control: 'millrace-control',
  /** Steps that work: ingest, train, measure. */
  steps: 'millrace-steps',
} as const;

export const SEARCH_ATTRIBUTES = {
  pipeline: 'MillracePipeline',
  model: 'MillraceModel',
  runId: 'MillraceRunId',
  trigger: 'MillraceTrigger',
} as const;

/** Global of the workflows' code where its worker tells the server of which build it is. */
export const BUILD_GLOBAL = '__MILLRACE_BUILD__';

/** Header of workflows, signals and activities that carries a W3C `traceparent`. */
export const TRACE_HEADER = 'traceparent';

export const WORKFLOW = {
  runPipeline: 'runPipeline',
  runItems: 'runItems',
  manageModel: 'manageModel',
  watchModel: 'watchModel',
  guardMonitors: 'guardMonitors',
  requestRetrain: 'requestRetrain',
  deliverAlert: 'deliverAlert',
  byHand: 'byHand',
  retireModel: 'retireModel',
  mirrorTracking: 'mirrorTracking',
  tuneParameters: 'tuneParameters',
  holdGroup: 'holdGroup',
  shareStep: 'shareStep',
  collectGarbage: 'collectGarbage',
} as const;

export const MESSAGE = {
  requestDeploy: 'requestDeploy',
  deployAnswered: 'deployAnswered',
  retrain: 'retrain',
  retrainAnswered: 'retrainAnswered',
  rollback: 'rollback',
  pipelineEnded: 'pipelineEnded',
  deploy: 'deploy',
  promote: 'promote',
  pause: 'pause',
  resume: 'resume',
  approve: 'approve',
  undo: 'undo',
  steerRollout: 'steerRollout',
  repair: 'repair',
  askForLabels: 'askForLabels',
  state: 'state',
  configure: 'configure',
  checkNow: 'checkNow',
  closeIncident: 'closeIncident',
  raise: 'raise',
  pauseRun: 'pauseRun',
  resumeRun: 'resumeRun',
  cancelRun: 'cancelRun',
  sharedStepWanted: 'sharedStepWanted',
  sharedStepEnded: 'sharedStepEnded',
  trialReported: 'trialReported',
  stopEarly: 'stopEarly',
  reply: 'reply',
  requestLease: 'requestLease',
  leaseAnswered: 'leaseAnswered',
  releaseLease: 'releaseLease',
} as const;

export function runWorkflowId(pipeline: string, runId: string): string {
  return `pipeline/${pipeline}/${runId}`;
}

/** One a step of a run that searches for parameters. */
export function tuneWorkflowId(runId: string, stepId: string): string {
  return `tune/${runId}/${stepId}`;
}

export function modelWorkflowId(model: string): string {
  return `model/${model}`;
}

export function monitorWorkflowId(model: string): string {
  return `monitor/${model}`;
}

/** One at a time: a model is taken out of use, or back into it. */
export function retireWorkflowId(model: string): string {
  return `retire/${model}`;
}

/** One workflow tells all alerts of a group, in their order. */
export function alertWorkflowId(group: string): string {
  return `alerts/${group}`;
}

/** Of runs that need the same step at the same time one does it, under this id. */
export function sharedStepWorkflowId(key: string): string {
  return `shared-step/${key}`;
}

/** One at a time: it removes what nothing refers to. */
export const COLLECT_WORKFLOW_ID = 'collect-garbage';

/** One an installation: it misses monitors that do not look. */
export const GUARD_WORKFLOW_ID = 'guard-monitors';

/** One an installation: it tells an outside tracker what has changed. */
export const MIRROR_WORKFLOW_ID = 'mirror-tracking';

export function scheduleId(pipeline: string): string {
  return `schedule/${pipeline}`;
}

/**
 * The nominal time of a workflow that a schedule started, which Temporal puts at the end of its id.
 *
 * @returns what stands before it and the time (RFC 3339, UTC), or `null` for any other id
 * @example nominalTimeOf('retrain/bikes-2026-10-25T00:30:00Z')?.time; // '2026-10-25T00:30:00Z'
 */
export function nominalTimeOf(
  workflowId: string,
): { readonly prefix: string; readonly time: string } | null {
  const match = /^(.*)-(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z)$/.exec(workflowId);
  return match === null ? null : { prefix: match[1] ?? '', time: match[2] ?? '' };
}

/** Names of pipelines, models and steps. */
export const NAME_PATTERN = /^[a-z0-9]+(-[a-z0-9]+)*$/;
