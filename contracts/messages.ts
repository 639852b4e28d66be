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
import { RISK_CLASSES } from './respond-spec.js';
import { complaintOfRolloutSpec } from './rollout-complaints.js';
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
  return complaintOfResponseParts(message);
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
  const { rollout } = message;
  const complaint = rollout === undefined ? null : complaintOfRolloutSpec(rollout);
  return complaint ?? complaintOfBase(message);
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
  if (message['window'] !== null && !isWindow(message['window'])) {
    return 'window must be null or {start, end} as times';
  }
  const { newLabels } = message;
  if (newLabels !== undefined && (!Number.isSafeInteger(newLabels) || Number(newLabels) < 0)) {
    return 'newLabels must be a count';
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
  /** Wall clock, RFC 3339, at which a pause ends by itself; absent: when a person resumes. */
  readonly until?: string;
}

export function complaintOfPauseRequest(value: unknown): string | null {
  const message = fields(value);
  if (message === null) return 'a pause must be {actor, reason, asOf}';
  if (message['until'] !== undefined && !isTime(message['until'])) {
    return 'until must be a time such as 2011-07-01T00:00:00Z';
  }
  return complaintOfBase({ ...message, requestId: 'pause', evidence: {} });
}

export function complaintOfRepairRequest(value: unknown): string | null {
  const message = fields(value);
  if (message === null) return 'a repair request must be an object';
  if (message['kind'] !== 'repair') return 'kind must be repair';
  if (!['impute', 'fallback', 'quarantine'].includes(String(message['repair']))) {
    return 'repair must be impute, fallback or quarantine';
  }
  if (message['change'] !== 'begin' && message['change'] !== 'lift') {
    return 'change must be begin or lift';
  }
  const features = message['features'];
  if (!Array.isArray(features) || features.some((name) => typeof name !== 'string')) {
    return 'features must be a list of names';
  }
  if (message['repair'] === 'impute' && features.length === 0) return 'impute needs features';
  if (!isWindow(message['window'])) return 'window must be {start, end} as times';
  return complaintOfBase(message);
}

export function complaintOfLabelsRequest(value: unknown): string | null {
  const message = fields(value);
  if (message === null) return 'a request for labels must be an object';
  if (message['kind'] !== 'askForLabels') return 'kind must be askForLabels';
  if (!isWindow(message['window'])) return 'window must be {start, end} as times';
  return complaintOfBase(message);
}

export function complaintOfApprovalAnswer(value: unknown): string | null {
  const message = fields(value);
  if (message === null) return 'an approval must be {answer, requestId, version, actor, reason}';
  if (message['answer'] !== 'approve' && message['answer'] !== 'reject') {
    return 'answer must be approve or reject';
  }
  if (!isTextOrNull(message['requestId'])) return 'requestId must be text or null';
  if (!isVersionOrNull(message['version'])) return 'version must be a version or null';
  return complaintOfBase({ ...message, requestId: 'approval', evidence: {} });
}

export function complaintOfUndoRequest(value: unknown): string | null {
  const message = fields(value);
  if (message === null) return 'an undo must be {requestId, actor, reason, asOf}';
  return complaintOfBase({ ...message, evidence: {} });
}

function isWindow(value: unknown): boolean {
  const window = fields(value);
  return window !== null && isTime(window['start']) && isTime(window['end']);
}

const MOST_UNDO_MS = 366 * 86_400_000;

/** What responses add to a request; a workflow computes with it, so it must be well formed. */
function complaintOfResponseParts(message: Fields): string | null {
  const { risk, undoMs, notify } = message;
  if (risk !== undefined && !RISK_CLASSES.some((known) => known === risk)) {
    return `risk must be one of ${RISK_CLASSES.join(', ')}`;
  }
  const isSpan = typeof undoMs === 'number' && undoMs >= 0 && undoMs <= MOST_UNDO_MS;
  if (undoMs !== undefined && !isSpan) return 'undoMs must be a span of at most 366 days';
  const isList = Array.isArray(notify) && notify.every((name) => typeof name === 'string');
  if (notify !== undefined && !isList) return 'notify must be a list of channels';
  return null;
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
