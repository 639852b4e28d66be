import type { ArtifactRef } from './artifact.js';
import type { FailureType } from './failure.js';
import type { JsonObject } from './json.js';
import type { ModelManifest } from './model-manifest.js';
import type { MonitorSpec } from './monitor-spec.js';
import type { StepKind } from './plan.js';
import type { CodeState, VersionProvenance } from './provenance.js';
import type { RunPipelineInput, RunStatus, StepOutcome, StepStatus } from './run.js';
import type { GroupWait, RunPause } from './run-control.js';
import type { KeyParts, StepReuse } from './step-cache.js';
import type { VersionStatus } from './version-life.js';

/** A run as the registry keeps it. Times are RFC 3339 on the wall clock. */
export interface RunRecord extends RunPipelineInput {
  readonly workflowId: string;
  readonly status: RunStatus;
  readonly detail: string | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** Of the pipeline's code when the run began; absent where it lies in no git repository. */
  readonly code?: CodeState;
  /** Which of the file's environments its plan was made for; absent: none. */
  readonly environment?: string;
  /** Oldest first; absent where it was never paused. */
  readonly pauses?: readonly RunPause[];
  /** Absent where its pipeline has no group. */
  readonly queued?: GroupWait;
}

export interface StepFailure {
  readonly type: FailureType | string;
  readonly message: string;
  readonly hint?: string;
}

export interface StepRecord {
  readonly runId: string;
  readonly stepId: string;
  readonly kind: StepKind;
  readonly status: StepStatus;
  /** Attempt that ended it, from 1; 0 while none has begun. */
  readonly attempts: number;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly durationMs: number | null;
  readonly cacheKey: string | null;
  /** Present once completed or rejected. */
  readonly outcome: StepOutcome | null;
  readonly failure: StepFailure | null;
  /** Only of an item of a fanned-out step: what tells it from the others, `depth=8`. */
  readonly item?: string;
  /** What its result rests on; absent where it was not worked out. */
  readonly parts?: KeyParts;
  /** Why its result was found again, or not; absent where nobody looked. */
  readonly reuse?: StepReuse;
  /**
   * When its attempt was scheduled, RFC 3339: what an earlier attempt writes late is refused. Absent
   * where no attempt writes.
   */
  readonly fence?: string;
}

/** A step's result that can be found again by content, and the parts its key was made from. */
export interface CacheEntry {
  readonly key: string;
  readonly pipeline: string;
  readonly stepId: string;
  readonly runId: string;
  /** Part name (`with.depth`, `input.data`, `code:steps/clean.py`, `kind`) → digest or short value. */
  readonly parts: { readonly [name: string]: string };
  readonly outcome: StepOutcome;
  readonly createdAt: string;
}

export type ApprovalStatus = 'pending' | 'approved' | 'rejected';

/** An immutable version of a registered model. */
export interface VersionRecord {
  readonly model: string;
  readonly version: number;
  readonly status: VersionStatus;
  readonly approval: ApprovalStatus;
  readonly manifest: ArtifactRef;
  /** The content of `manifest`, so that readers need no store. */
  readonly content: ModelManifest;
  /** Reference profile with its calibrated thresholds; `null` where the plan has no monitor. */
  readonly profile: ArtifactRef | null;
  readonly runId: string;
  readonly plan: ArtifactRef;
  readonly planHash: string;
  readonly baseDirectory: string;
  readonly params: JsonObject;
  readonly monitor: MonitorSpec | null;
  readonly asOf: string;
  readonly createdAt: string;
  /** Absent in versions of earlier releases. */
  readonly provenance?: VersionProvenance;
}

export interface AliasRecord {
  readonly model: string;
  /** `champion` is what is in production; the model's workflow alone moves it. */
  readonly alias: string;
  readonly version: number;
  /** Number of the transition that set it. */
  readonly transition: number;
  readonly sinceAsOf: string;
  readonly at: string;
}

/** A stretch of wall clock; `until` is `null` while it lasts. */
export interface CutOff {
  readonly since: string;
  readonly until: string | null;
}

/** A version that a gateway should hold ready and could not load. */
export interface FailedLoad {
  readonly version: number;
  /** How often in a row. */
  readonly attempts: number;
  /** What the newest attempt said, in words. */
  readonly reason: string;
  /** When that was, RFC 3339 on the wall clock. */
  readonly at: string;
}

/** What a gateway says it serves, each second. */
export interface GatewayLease {
  readonly id: string;
  readonly address: string;
  /** The champions that it holds ready, whether they answer or a fallback does. */
  readonly servedVersions: { readonly [model: string]: number };
  /** Versions that answer in place of the champion, by model; absent: none does. */
  readonly fallbacks?: { readonly [model: string]: number };
  /** Number of the route that it has applied, by model; absent: of none. */
  readonly routes?: { readonly [model: string]: number };
  /** What it should hold and could not load, by model; absent: nothing. */
  readonly failures?: { readonly [model: string]: readonly FailedLoad[] };
  /** When it last could not read the registry, and went on with what it had read; absent: never. */
  readonly cutOff?: CutOff | null;
  /** Counts the changes that this gateway applied. */
  readonly generation: number;
  /** RFC 3339 on the wall clock; younger than 10 s means live. */
  readonly at: string;
}

/** Leases older than this are of gateways that are gone. */
export const LEASE_LIVE_MS = 10_000;

/** Whether a gateway was there at this moment of the wall clock, by its last lease. */
export function isLeaseLive({ at }: Pick<GatewayLease, 'at'>, nowMs: number): boolean {
  return nowMs - Date.parse(at) < LEASE_LIVE_MS;
}
