import type { Generated } from 'kysely';
import type {
  AlertDelivery,
  ApprovalDecision,
  ApprovalRequest,
  ApprovalStatus,
  ArtifactRef,
  CutOff,
  Evidence,
  GatewayLease,
  Incident,
  JsonObject,
  LedgerAction,
  ModelManifest,
  MonitorDecision,
  MonitorLook,
  MonitorSpec,
  Repair,
  Retirement,
  ReviewItem,
  Rollout,
  Silence,
  TrafficRoute,
  Verdict,
  VersionProvenance,
  VersionRecord,
  WindowMeasurement,
} from '../../contracts/index.js';
import type { JsonText } from './json-text.js';
import type {
  CacheEntryTable,
  ExperimentTable,
  MetricPointTable,
  PinTable,
  RunTable,
  StepTable,
} from './run-tables.js';

/** The tables as the newest migration leaves them; `seq` keeps the order of first insertion. */
export interface RegistryTables {
  readonly runs: RunTable;
  readonly steps: StepTable;
  readonly cache_entries: CacheEntryTable;
  readonly versions: VersionTable;
  readonly aliases: AliasTable;
  readonly ledger: LedgerTable;
  readonly measurements: MeasurementTable;
  readonly decisions: DecisionTable;
  readonly leases: LeaseTable;
  readonly monitor_looks: MonitorLookTable;
  readonly alert_deliveries: AlertDeliveryTable;
  readonly silences: SilenceTable;
  readonly review_items: ReviewItemTable;
  readonly incidents: IncidentTable;
  readonly repairs: RepairTable;
  readonly routes: RouteTable;
  readonly rollouts: RolloutTable;
  readonly tags: TagTable;
  readonly retirements: RetirementTable;
  /** A view. */
  readonly stage_history: StageTable;
  readonly mirror_marks: MirrorMarkTable;
  readonly mirror_items: MirroredItemTable;
  readonly approvals: ApprovalTable;
  readonly experiments: ExperimentTable;
  readonly metric_points: MetricPointTable;
  readonly pins: PinTable;
}

export interface VersionTable {
  readonly model: string;
  readonly version: number;
  readonly effect_key: string;
  readonly status: VersionRecord['status'];
  readonly approval: ApprovalStatus;
  readonly manifest: JsonText<ArtifactRef>;
  readonly content: JsonText<ModelManifest>;
  readonly profile: JsonText<ArtifactRef> | null;
  readonly run_id: string;
  readonly plan: JsonText<ArtifactRef>;
  readonly plan_hash: string;
  readonly base_directory: string;
  readonly params: JsonText<JsonObject>;
  readonly monitor: JsonText<MonitorSpec> | null;
  readonly as_of: string;
  readonly created_at: string;
  readonly provenance: JsonText<VersionProvenance> | null;
  /** Counts the changes of status and approval. */
  readonly revision: Generated<number>;
}

/** A row stays when its alias is taken away, so that the transition number is never used again. */
export interface AliasTable {
  readonly model: string;
  readonly alias: string;
  readonly version: number | null;
  readonly transition: number;
  readonly since_as_of: string;
  readonly at: string;
}

export interface LedgerTable {
  readonly seq: Generated<number>;
  readonly model: string;
  readonly entry_key: string;
  /** Number of the transition that this line belongs to; `null` for a line that moved nothing. */
  readonly transition: number | null;
  readonly at: string;
  readonly as_of: string;
  readonly actor: string;
  readonly action: LedgerAction;
  readonly from_version: number | null;
  readonly to_version: number | null;
  readonly reason: string;
  readonly evidence: JsonText<Evidence>;
}

export interface MeasurementTable {
  readonly model: string;
  readonly version: number;
  readonly window_start: string;
  readonly window_end: string;
  readonly measurement: JsonText<WindowMeasurement>;
}

export interface DecisionTable {
  readonly model: string;
  readonly version: number;
  readonly window_start: string;
  readonly window_end: string;
  readonly verdict: JsonText<Verdict>;
  readonly signalled: MonitorDecision['signalled'];
  readonly decided_at: string;
  readonly basis: JsonText<NonNullable<MonitorDecision['basis']>> | null;
}

export interface MonitorLookTable {
  readonly model: string;
  readonly content: JsonText<MonitorLook>;
}

export interface LeaseTable {
  readonly id: string;
  readonly address: string;
  readonly served_versions: JsonText<{ readonly [model: string]: number }>;
  readonly fallbacks: JsonText<{ readonly [model: string]: number }> | null;
  readonly routes: JsonText<{ readonly [model: string]: number }> | null;
  readonly cut_off: JsonText<CutOff> | null;
  readonly failures: JsonText<NonNullable<GatewayLease['failures']>> | null;
  readonly generation: number;
  readonly at: string;
}

export interface IncidentTable {
  readonly model: string;
  readonly number: number;
  readonly status: Incident['status'];
  readonly opened_at: string;
  readonly content: JsonText<Incident>;
}

export interface AlertDeliveryTable {
  /** Of a telling: a repetition has a key of its own. */
  readonly alert_key: string;
  readonly channel: string;
  readonly model: string;
  readonly at: string;
  readonly content: JsonText<AlertDelivery>;
}

export interface SilenceTable {
  readonly id: string;
  readonly until: string;
  readonly content: JsonText<Silence>;
}

export interface RepairTable {
  readonly model: string;
  readonly repair_key: string;
  readonly kind: Repair['kind'];
  /** Wall clock; `null` while it holds. */
  readonly lifted_at: string | null;
  readonly content: JsonText<Repair>;
}

export interface ReviewItemTable {
  readonly model: string;
  readonly prediction_id: string;
  readonly status: ReviewItem['status'];
  readonly content: JsonText<ReviewItem>;
}

/** A row stays when its route is taken away, so that its number is never used again. */
export interface RouteTable {
  readonly model: string;
  readonly number: number;
  readonly content: JsonText<TrafficRoute> | null;
}

export interface RolloutTable {
  readonly model: string;
  readonly rollout_id: string;
  readonly status: Rollout['status'];
  readonly started_at: string;
  readonly content: JsonText<Rollout>;
}

/** What an outside tracker has yet to be told of, in line. */
export interface MirrorMarkTable {
  readonly seq: Generated<number>;
  readonly target: string;
  readonly subject: string;
  readonly revision: number;
  readonly marked_at: string;
  /** Why the tracker did not take it; `null` while it is to be tried. */
  readonly refused: string | null;
}

/** What was written to an outside tracker, or begun to be. */
export interface MirroredItemTable {
  readonly target: string;
  readonly item: string;
  readonly state: 'writing' | 'written';
  readonly digest: string;
  readonly remote: string | null;
}

/** What a run asked people; without a decision it waits, while the run does. */
export interface ApprovalTable {
  readonly run_id: string;
  readonly step_id: string;
  readonly asked_at: string;
  readonly request: JsonText<ApprovalRequest>;
  readonly decision: JsonText<ApprovalDecision> | null;
}

/** Version 0 stands for the model itself; a tag without a value was taken away. */
export interface TagTable {
  readonly model: string;
  readonly version: number;
  readonly tag: string;
  readonly value: string | null;
  readonly actor: string;
  readonly at: string;
}

export interface RetirementTable {
  readonly model: string;
  readonly status: Retirement['status'];
  readonly content: JsonText<Retirement>;
}

export interface StageTable {
  readonly model: string;
  readonly transition: number;
  readonly version: number | null;
  readonly from_at: string;
  readonly from_as_of: string;
  readonly until_at: string | null;
  readonly until_as_of: string | null;
  readonly action: LedgerAction;
  readonly actor: string;
  readonly reason: string;
}
