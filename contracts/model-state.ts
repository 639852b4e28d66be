import type { ArtifactRef } from './artifact.js';
import type { FailureType } from './failure.js';
import type { JsonObject } from './json.js';
import type { TimeWindow } from './measurement.js';
import type { RiskClass } from './respond-spec.js';
import type { RolloutSpec } from './rollout.js';

/** What an automatic or manual request rests on: kept in the ledger as it is. */
export type Evidence = JsonObject;

interface RequestBase {
  /** Business key: the same request delivered twice is acted on once. */
  readonly requestId: string;
  /** Event time of the request: RFC 3339. Only this clock is compared. */
  readonly asOf: string;
  readonly actor: string;
  readonly reason: string;
  readonly evidence: Evidence;
  /** Of the response that asks; absent: low. */
  readonly risk?: RiskClass;
  /** How long it can be undone, by the wall clock; for `medium`. */
  readonly undoMs?: number;
  /** Channels that are told besides the monitor's own. */
  readonly notify?: readonly string[];
  /** Who let it go on where it waited for a person; set by the model's workflow alone. */
  readonly approvedBy?: string;
}

/**
 * How a version stands against the champion by its own evaluation. Where the pipeline has a gate
 * the gate decides; where it has none, the primary metric on the same hold-out does. What a retrain
 * made must besides be proven better (or not worse by a stated margin), else it is `unproven`.
 */
export type VersionStanding =
  | 'first'
  | 'gate-passed'
  | 'gate-overridden'
  | 'not-worse'
  | 'worse'
  | 'unproven'
  | 'not-compared'
  /** Its pipeline compares nothing and says so: `promote: uncompared`. */
  | 'exempt';

/** Asks for a version to become champion. */
export interface DeployRequest extends RequestBase {
  /** The version was registered so that a person has to answer for it first. */
  readonly approval?: 'pending';
  readonly kind: 'deploy' | 'promote';
  readonly version: number;
  /** Champion that the version was compared with; the request is refused when it is no longer it. */
  readonly comparedWith: number | null;
  /** How the version did in its pipeline; absent where a person promotes it. */
  readonly standing?: VersionStanding;
  /** Workflow that awaits the signal `deployAnswered`; `null` for a person at the CLI. */
  readonly answerTo: string | null;
  /** How it comes into service; absent: at once, as the strategy `replace` says. */
  readonly rollout?: RolloutSpec;
}

/** Asks for an earlier champion to come back. */
export interface RollbackRequest extends RequestBase {
  readonly kind: 'rollback';
  /** `null`: the champion before the present one. */
  readonly version: number | null;
  /** The champion that the complaint is about; ignored when another one serves by now. */
  readonly blames: number | null;
  /** Absent: by its actor. */
  readonly trigger?: 'manual' | 'monitor';
}

export type ChangeRequest = DeployRequest | RollbackRequest;

/** Asks for the model's pipeline to run on newer data. */
export interface RetrainRequest extends RequestBase {
  readonly kind: 'retrain';
  readonly trigger: 'manual' | 'schedule' | 'monitor';
  readonly window: TimeWindow | null;
  /** Plan to run; `null`: the one that made the champion. */
  readonly plan: {
    readonly plan: ArtifactRef;
    readonly planHash: string;
    readonly baseDirectory: string;
  } | null;
  /** Workflow that awaits the signal `retrainAnswered`. */
  readonly answerTo: string | null;
  /** Labels that came since the champion's training; absent where nobody counted. */
  readonly newLabels?: number;
}

/** Asks for a measure that holds until it is lifted, or for it to be lifted. */
export interface RepairRequest extends RequestBase {
  readonly kind: 'repair';
  readonly repair: 'impute' | 'fallback' | 'quarantine';
  /** `lift`: the trouble is over. */
  readonly change: 'begin' | 'lift';
  /** Inputs to fill in, for `impute`; empty otherwise. */
  readonly features: readonly string[];
  /** The window that led to it; what `quarantine` leaves out. */
  readonly window: TimeWindow;
}

/** Asks people for labels: predictions of the window go to the review queue. */
export interface LabelsRequest extends RequestBase {
  readonly kind: 'askForLabels';
  readonly window: TimeWindow;
}

/** What a monitor may ask of the model's workflow. */
export type ResponseRequest = RetrainRequest | RollbackRequest | RepairRequest | LabelsRequest;

/** Asks for the last action that can still be undone to be taken back. */
export interface UndoRequest {
  readonly requestId: string;
  readonly actor: string;
  readonly reason: string;
  readonly asOf: string;
}

/** A person's answer to what waits for approval. */
export interface ApprovalAnswer {
  readonly actor: string;
  readonly reason: string;
  readonly asOf: string;
  readonly answer: 'approve' | 'reject';
  /** The request that waits; `null`: the one of `version`, or the only one. */
  readonly requestId: string | null;
  readonly version: number | null;
}

/** What a model's workflow decides on before it acts. */
export type GatedRequest = ChangeRequest | RetrainRequest | RepairRequest | LabelsRequest;

/** A request that is neither carried out nor refused yet. */
export interface PendingRequest {
  readonly request: GatedRequest;
  /** `readiness`: whether the version may be proposed to a person is being checked. */
  readonly waitsFor: 'readiness' | 'approval' | 'quiet-hours';
  /** Why it waits, and what lets it go on. */
  readonly detail: string;
  /** Wall clock, RFC 3339; `null` where only a person ends it. */
  readonly until: string | null;
}

/** Answer to a deploy request. */
export interface DeployAnswer {
  readonly requestId: string;
  readonly outcome: 'promoted' | 'kept-as-challenger' | 'refused';
  /** Whether every live gateway reported the version. `unconfirmed`: none was live. */
  readonly serving: 'confirmed' | 'unconfirmed' | 'not-served';
  readonly detail: string;
  /** What kind of failure a refusal is; absent: what was asked for cannot be, `InvalidInput`. */
  readonly failure?: FailureType;
}

export interface RetrainAnswer {
  readonly requestId: string;
  readonly outcome: 'promoted' | 'not-promoted' | 'failed' | 'refused' | 'coalesced';
  readonly runId: string | null;
  readonly detail: string;
}

export interface PipelineEnded {
  readonly runId: string;
  readonly status: 'completed' | 'failed' | 'cancelled' | 'rejected';
}

export interface ChampionRef {
  readonly version: number;
  /** Event time from which it is champion. */
  readonly sinceAsOf: string;
}

export const LEDGER_ACTIONS = [
  'registered',
  'gate-overridden',
  'promoted',
  'rolled-back',
  'compensated',
  'deploy-refused',
  'kept-as-challenger',
  'rollback-refused',
  'retrain-started',
  'retrain-held',
  'retrain-ended',
  'paused',
  'resumed',
  'approval-requested',
  'approved',
  'rejected',
  'undone',
  'waiting',
  'repaired',
  'repair-lifted',
  'labels-asked',
  'response-held',
  'approval-refused',
  'undo-refused',
  'rollout-started',
  'weight-moved',
  'rollout-paused',
  'rollout-resumed',
  'analysis-passed',
  'analysis-failed',
  'rollout-ended',
  'rollout-refused',
  'tagged',
  'noted',
  'alias-moved',
  'version-approved',
  'version-rejected',
  'version-deprecated',
  'version-archived',
  'version-restored',
  'version-deleted',
  'retire-started',
  'retire-step',
  'retire-ended',
  'retired',
  'returned',
  'step-asked',
  'step-approved',
  'step-rejected',
] as const;
export type LedgerAction = (typeof LEDGER_ACTIONS)[number];

/** One line of the append-only ledger. Nothing in production changes without one. */
export interface LedgerEntry {
  readonly model: string;
  /** Business key, unique: the same effect delivered twice leaves one line. */
  readonly key: string;
  /** Wall clock, RFC 3339. */
  readonly at: string;
  /** Event time, RFC 3339. */
  readonly asOf: string;
  readonly actor: string;
  readonly action: LedgerAction;
  readonly from: number | null;
  readonly to: number | null;
  readonly reason: string;
  readonly evidence: Evidence;
}
