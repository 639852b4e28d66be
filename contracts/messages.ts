import type { ArtifactRef } from './artifact.js';
import { isArtifactRef } from './artifact.js';
import { parseEventTimeMs } from './event-time.js';
import type {
  DeployAnswer,
  DeployRequest,
  LabelsRequest,
  PipelineEnded,
  RepairRequest,
  RetrainAnswer,
  RetrainRequest,
  RollbackRequest,
} from './model-state.js';
import type { ScheduledStart } from './run.js';

/**
 * Hand-written validators for what arrives in workflows from outside: bundle-safe, and they never
 * throw, because a throw in a signal handler would retry the workflow task for ever. Each gives the
 * complaint as text, or `null` when the message is well formed.
 */

type Fields = Record<string, unknown>;

function fields(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : null;
}

function complaintOfBase(message: Fields): string | null {
  for (const name of ['requestId', 'actor', 'reason']) {
    const text = message[name];
    if (typeof text !== 'string' || text.length === 0 || text.length > 2_000) {
      return `${name} must be text of 1 to 2,000 characters`;
    }
  }
  if (typeof message['asOf'] !== 'string' || parseEventTimeMs(message['asOf']) === null) {
    return 'asOf must be a time such as 2011-07-01T00:00:00Z';
  }
  if (fields(message['evidence']) === null) return 'evidence must be an object';
  return null;
}

const isVersion = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 1;
const isVersionOrNull = (value: unknown): boolean => value === null || isVersion(value);
const isTextOrNull = (value: unknown): boolean => value === null || typeof value === 'string';

export function complaintOfDeployRequest(value: unknown): string | null {
  const message = fields(value);
  if (message === null) return 'a deploy request must be an object';
  if (message['kind'] !== 'deploy' && message['kind'] !== 'promote') {
    return 'kind must be deploy or promote';
  }
  if (!isVersion(message['version'])) return 'version must be a whole number from 1';
  if (!isVersionOrNull(message['comparedWith'])) return 'comparedWith must be a version or null';
  if (!isTextOrNull(message['answerTo'])) return 'answerTo must be a workflow id or null';
  return complaintOfBase(message);
}

export function complaintOfRollbackRequest(value: unknown): string | null {
  const message = fields(value);
  if (message === null) return 'a rollback request must be an object';
  if (message['kind'] !== 'rollback') return 'kind must be rollback';
  if (!isVersionOrNull(message['version'])) return 'version must be a version or null';
  if (!isVersionOrNull(message['blames'])) return 'blames must be a version or null';
  return complaintOfBase(message);
}

export function complaintOfRetrainRequest(value: unknown): string | null {
  const message = fields(value);
  if (message === null) return 'a retrain request must be an object';
  if (message['kind'] !== 'retrain') return 'kind must be retrain';
  if (!['manual', 'schedule', 'monitor'].includes(String(message['trigger']))) {
    return 'trigger must be manual, schedule or monitor';
  }
  if (!isTextOrNull(message['answerTo'])) return 'answerTo must be a workflow id or null';
  if (message['window'] !== null) {
    const window = fields(message['window']);
    if (window === null || !isTime(window['start']) || !isTime(window['end'])) {
      return 'window must be null or {start, end} as times';
    }
  }
  if (message['plan'] !== null) {
    const plan = fields(message['plan']);
    const ref: unknown = plan?.['plan'];
    const texts = [plan?.['baseDirectory'], plan?.['planHash']];
    if (!isArtifactRef(ref) || texts.some((text) => typeof text !== 'string')) {
      return 'plan must be null or {plan, planHash, baseDirectory}';
    }
  }
  return complaintOfBase(message);
}

function isTime(value: unknown): boolean {
  return typeof value === 'string' && parseEventTimeMs(value) !== null;
}

export function complaintOfPipelineEnded(value: unknown): string | null {
  const message = fields(value);
  const ends = ['completed', 'failed', 'cancelled', 'rejected'];
  return message !== null &&
    typeof message['runId'] === 'string' &&
    ends.includes(String(message['status']))
    ? null
    : 'pipelineEnded must be {runId, status}';
}

/** What the updates of `manageModel` answer, as soon as the request is accepted. */
export interface ChangeAccepted {
  readonly accepted: true;
  /** The request's id: the ledger line that carries it out, or refuses it, names it in its key. */
  readonly changeId: string;
  readonly detail: string;
}

export interface PauseRequest {
  readonly actor: string;
  readonly reason: string;
  readonly asOf: string;
}

export function complaintOfPauseRequest(value: unknown): string | null {
  const message = fields(value);
  if (message === null) return 'a pause must be {actor, reason, asOf}';
  return complaintOfBase({ ...message, requestId: 'pause', evidence: {} });
}

/** Input of the workflow `requestRetrain`: what a schedule starts. */
export interface RequestRetrainInput {
  readonly schedule?: ScheduledStart;
  readonly model: string;
  readonly pipeline: string;
  readonly plan: ArtifactRef;
  readonly planHash: string;
  readonly baseDirectory: string;
  readonly actor: string;
  readonly reason: string;
}

/** Every message by its wire name, so that senders and handlers agree on its type. */
export interface Messages {
  readonly requestDeploy: DeployRequest;
  readonly deployAnswered: DeployAnswer;
  readonly retrain: RetrainRequest;
  readonly retrainAnswered: RetrainAnswer;
  readonly rollback: RollbackRequest;
  readonly repair: RepairRequest;
  readonly askForLabels: LabelsRequest;
  readonly pipelineEnded: PipelineEnded;
}
