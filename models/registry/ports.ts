import type {
  AlertDelivery,
  AliasRecord,
  ApprovalStatus,
  CacheEntry,
  GatewayLease,
  GroupWait,
  Incident,
  KeyParts,
  LedgerEntry,
  MonitorDecision,
  MonitorLook,
  Repair,
  ReviewItem,
  Rollout,
  RunPause,
  RunRecord,
  RunStatus,
  Silence,
  StepRecord,
  TimeWindow,
  TrafficRoute,
  VersionRecord,
  WindowMeasurement,
} from '../../contracts/index.js';
import type { ApprovalBook, ApprovalReader } from './approval-book.js';
import type { ExperimentBook, ExperimentReader } from './experiments/ports.js';
import type { LifeBook, LifeReader } from './life/ports.js';
import type { MirrorBook, MirrorMark } from './mirror-book.js';
import type { RetentionBook, RetentionReader } from './retention/ports.js';

export interface RunFilter {
  readonly pipeline?: string;
  readonly model?: string;
  readonly status?: RunStatus;
  readonly limit?: number;
}

export interface IncidentFilter {
  readonly model?: string;
  readonly status?: Incident['status'];
  readonly limit?: number;
}

export interface AlertFilter {
  readonly model?: string;
  readonly group?: string;
  /** Key of one telling. */
  readonly key?: string;
  readonly limit?: number;
}

export interface ReviewFilter {
  readonly model?: string;
  readonly status?: ReviewItem['status'];
  readonly limit?: number;
}

/** What everyone may do: CLI, API, console, gateway. */
export interface RegistryReader {
  run(runId: string): Promise<RunRecord | null>;
  /** Newest first; `limit` 50 by default. */
  runs(filter?: RunFilter): Promise<readonly RunRecord[]>;
  /** In the order in which they were first recorded. */
  steps(runId: string): Promise<readonly StepRecord[]>;
  step(runId: string, stepId: string): Promise<StepRecord | null>;
  /** Records of the items of a fanned-out step, in no order. */
  items(runId: string, stepId: string): Promise<readonly StepRecord[]>;
  cacheEntry(key: string): Promise<CacheEntry | null>;
  /** What this step last ended with in a run of this pipeline, to explain what changed since. */
  latestCacheEntry(pipeline: string, stepId: string): Promise<CacheEntry | null>;
  /** What its last result rests on, whether that is kept or not. */
  latestParts(pipeline: string, stepId: string): Promise<KeyParts | null>;
  models(): Promise<readonly string[]>;
  version(model: string, version: number): Promise<VersionRecord | null>;
  /** Ascending by number. */
  versions(model: string): Promise<readonly VersionRecord[]>;
  /** The version that an effect key registered, if it did. */
  versionByEffect(effectKey: string): Promise<VersionRecord | null>;
  champion(model: string): Promise<AliasRecord | null>;
  champions(): Promise<readonly AliasRecord[]>;
  /** Oldest first. */
  ledger(model: string): Promise<readonly LedgerEntry[]>;
  /** Whether a line of the ledger answers this request; takes no longer where the ledger is long. */
  isRequestKnown(model: string, requestId: string): Promise<boolean>;
  /** Oldest first; by window end. With a limit, the newest so many. */
  measurements(model: string, limit?: number): Promise<readonly WindowMeasurement[]>;
  /** The newest of this version whose window ended at or before a time; `null` without one. */
  measurementBefore(
    model: string,
    version: number,
    windowStart: string,
  ): Promise<WindowMeasurement | null>;
  /** Of this very window, by version. */
  windowMeasurements(model: string, window: TimeWindow): Promise<readonly WindowMeasurement[]>;
  /** Oldest first; by window end. With a limit, the newest so many. */
  decisions(model: string, limit?: number): Promise<readonly MonitorDecision[]>;
  /** Windows that were decided and hold some of a stretch of event time; by their end. */
  decidedWindows(model: string, stretch: TimeWindow): Promise<readonly TimeWindow[]>;
  leases(): Promise<readonly GatewayLease[]>;
  /** When this model's monitor last looked, and what it found; `null` when it never did. */
  monitorLook(model: string): Promise<MonitorLook | null>;
  /** Of every model, by its name. */
  monitorLooks(): Promise<readonly MonitorLook[]>;
  /** Newest first, by when they were opened. */
  incidents(filter?: IncidentFilter): Promise<readonly Incident[]>;
  incident(model: string, number: number): Promise<Incident | null>;
  /** The model's newest incident, open or closed. */
  latestIncident(model: string): Promise<Incident | null>;
  /** Repairs that hold, none that was lifted: of this model, or of all. */
  repairs(model?: string): Promise<readonly Repair[]>;
  /** How requests are shared out now: of every model with a rollout in flight that has arms. */
  routes(): Promise<readonly TrafficRoute[]>;
  /** Newest first; `limit` 50 by default. */
  rollouts(model: string, limit?: number): Promise<readonly Rollout[]>;
  /** Newest first; `limit` 100 by default. */
  alertDeliveries(filter?: AlertFilter): Promise<readonly AlertDelivery[]>;
  /** The one that ends last first; those that have ended too. */
  silences(): Promise<readonly Silence[]>;
  /** What teaches most first; `limit` 50 by default. */
  reviewItems(filter?: ReviewFilter): Promise<readonly ReviewItem[]>;
  reviewItem(predictionId: string): Promise<ReviewItem | null>;
  openReviewItems(model: string): Promise<number>;
  /** What outside trackers have yet to be told of, in line. */
  mirrorMarks(): Promise<readonly MirrorMark[]>;
  /** What is kept of versions besides what they are made of. */
  readonly life: LifeReader;
  /** What runs asked people. */
  readonly approvals: ApprovalReader;
  /** What runs are compared by. */
  readonly experiments: ExperimentReader;
  /** What garbage collection leaves in place. */
  readonly retention: RetentionReader;
  close(): Promise<void>;
}

/** Everything that a version is made of but its number, which the registry gives. */
export type NewVersion = Omit<VersionRecord, 'version' | 'status' | 'approval' | 'createdAt'> & {
  /** Default `approved`. */
  readonly approval?: ApprovalStatus;
};

/** One move of the champion alias with its ledger line: one SQL transaction keyed (model, number). */
export interface Transition {
  readonly model: string;
  /** Expected to be the alias's present number + 1 (1 for the first). */
  readonly number: number;
  /** New champion; `null` takes the alias away (compensation of a first deploy). */
  readonly version: number | null;
  readonly sinceAsOf: string;
  readonly ledger: LedgerEntry;
  /** Takes the model's route away in the same transaction, under this number; absent: it stays. */
  readonly endsRoute?: number;
}

/** One change of how requests are shared out, with its ledger line: one SQL transaction. */
export interface RouteMove {
  readonly model: string;
  /** Above every number that the model's route had before. */
  readonly number: number;
  /** `null` takes it away: the champion answers all. */
  readonly route: TrafficRoute | null;
  readonly ledger: LedgerEntry;
}

/** What the worker's activities alone may do. Every call is idempotent by its business key. */
export interface RegistryWriter extends RegistryReader {
  readonly life: LifeBook;
  readonly mirror: MirrorBook;
  readonly approvals: ApprovalBook;
  readonly experiments: ExperimentBook;
  readonly retention: RetentionBook;
  /** Inserts the run unless it is there. */
  openRun(run: RunRecord): Promise<void>;
  /**
   * Ends a run; the first end stays.
   * @throws MillraceError `NotFound` when it was never opened
   */
  closeRun(
    runId: string,
    status: Exclude<RunStatus, 'running'>,
    detail: string | null,
    endedAt: string,
  ): Promise<void>;
  /**
   * Inserts or replaces by (runId, stepId); a completed record is never overwritten, and of two
   * attempts that write, by their `fence`, the later one stands.
   */
  recordStep(step: StepRecord): Promise<void>;
  /** As `recordStep`, for the items of a step: many in a transaction. */
  recordItems(items: readonly StepRecord[]): Promise<void>;
  /**
   * Records a step that ended well and, where it may be found again, its cache entry: one transaction.
   *
   * @returns false when it was refused, entry and all: a later attempt has begun or ended, or the run
   * has ended
   */
  completeStep(step: StepRecord, cache: CacheEntry | null): Promise<boolean>;
  /**
   * Records steps whose results were found by their `cacheKey`: one transaction.
   *
   * @returns ids of those that are recorded; the entry of any other is gone, or it ended otherwise
   */
  reuseSteps(steps: readonly StepRecord[]): Promise<ReadonlySet<string>>;
  putPauses(runId: string, pauses: readonly RunPause[]): Promise<void>;
  /** Since when a run, known by its workflow, waits for a place in its group. */
  putQueued(workflowId: string, queued: GroupWait): Promise<void>;
  /**
   * Gives the next number for the model and keeps the version, with its `registered` ledger line.
   * The same effect key always gives the same version; numbers never collide or leave holes.
   * The version is `ready`, and `approved`: that it passed its gate is why it is registered.
   */
  registerVersion(
    effectKey: string,
    version: NewVersion,
    actor: string,
    reason: string,
  ): Promise<VersionRecord>;
  /**
   * Moves the alias and appends the ledger line in one transaction. A repeat of the same
   * (model, number, ledger key) is a no-op.
   * @throws MillraceError `Internal` when the number is neither the present one nor the next, or
   * is the present one by a line of another key (of two writers one wins); `NotFound` when there is
   * no such version
   */
  transition(transition: Transition): Promise<AliasRecord | null>;
  /**
   * Moves the route and appends the ledger line in one transaction. A repeat of the same number and
   * ledger key is a no-op; a move that comes after one of a higher number leaves no trace, so that a
   * late repeat never undoes what ended a rollout.
   * @returns whether the route stands at this number by this line
   * @throws MillraceError `InvalidInput` when its arms do not sum to 100
   */
  moveRoute(move: RouteMove): Promise<boolean>;
  /** Number of the newest transition of the model, 0 where there was none. */
  transitionNumber(model: string): Promise<number>;
  /** Appends ledger lines that move nothing, in one transaction; a repeat of a key is a no-op. */
  appendLedger(...entries: readonly LedgerEntry[]): Promise<void>;
  /** Begins a repair with its ledger line, in one transaction; a repeat is a no-op. */
  beginRepair(repair: Repair, entry: LedgerEntry): Promise<void>;
  /**
   * Lifts a repair with its ledger line, in one transaction; a repeat is a no-op.
   *
   * @param at - wall clock, RFC 3339
   */
  liftRepair(key: string, at: string, entry: LedgerEntry): Promise<void>;
  /** Keyed (model, version, window); the newest stays, since labels come late. */
  recordMeasurement(measurement: WindowMeasurement): Promise<void>;
  /** Keyed (model, window); the first decision stays. */
  recordDecision(decision: MonitorDecision): Promise<void>;
  /** Keyed by model; the newest stays. A power cut may take it: the next comes within a minute. */
  recordLook(look: MonitorLook): Promise<void>;
  /**
   * Opens the incident, or replaces it while it is open; one that is closed stays as it is.
   * @throws MillraceError `Internal` when another incident of the model is open
   */
  putIncident(incident: Incident): Promise<void>;
  /** Inserts or replaces by (model, rollout id). */
  putRollout(rollout: Rollout): Promise<void>;
  /** Keyed (alert key, channel); what was delivered stays so. */
  recordAlertDelivery(delivery: AlertDelivery): Promise<void>;
  /** Inserts or replaces by its id. */
  putSilence(silence: Silence): Promise<void>;
  /** Keyed (model, prediction id); what was queued before stays as it is. */
  queueReviewItems(items: readonly ReviewItem[]): Promise<void>;
  /**
   * Replaces an item unless someone else changed it meanwhile.
   * @returns whether it is as `after` now
   */
  replaceReviewItem(before: ReviewItem, after: ReviewItem): Promise<boolean>;
}

/** What a gateway may write besides reading. */
export interface LeaseWriter {
  writeLease(lease: GatewayLease): Promise<void>;
  removeLease(id: string): Promise<void>;
}
