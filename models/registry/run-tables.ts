import type { Generated } from 'kysely';
import type {
  ArtifactRef,
  CodeState,
  Experiment,
  GroupWait,
  JsonObject,
  KeyParts,
  ParentStep,
  RunPause,
  RunStatus,
  RunTakeOver,
  RunTrigger,
  StepFailure,
  StepKind,
  StepOutcome,
  StepReuse,
  StepStatus,
} from '../../contracts/index.js';
import type { JsonText } from './json-text.js';

export interface RunTable {
  readonly run_id: string;
  readonly workflow_id: string;
  readonly pipeline: string;
  readonly model: string | null;
  readonly status: RunStatus;
  readonly detail: string | null;
  readonly plan: JsonText<ArtifactRef>;
  readonly plan_hash: string;
  readonly params: JsonText<JsonObject>;
  readonly base_directory: string;
  readonly as_of: string;
  readonly run_trigger: JsonText<RunTrigger>;
  readonly gate_overrides: JsonText<{ readonly [step: string]: string }>;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly code: JsonText<CodeState> | null;
  readonly environment: string | null;
  readonly source_file: string | null;
  readonly take_over: JsonText<RunTakeOver> | null;
  readonly parent: JsonText<ParentStep> | null;
  readonly pauses: JsonText<readonly RunPause[]> | null;
  readonly queued: JsonText<GroupWait> | null;
}

export interface StepTable {
  readonly seq: Generated<number>;
  readonly run_id: string;
  readonly step_id: string;
  readonly kind: StepKind;
  readonly status: StepStatus;
  readonly attempts: number;
  readonly started_at: string | null;
  readonly ended_at: string | null;
  readonly duration_ms: number | null;
  readonly cache_key: string | null;
  readonly outcome: JsonText<StepOutcome> | null;
  readonly failure: JsonText<StepFailure> | null;
  readonly item: string | null;
  readonly parts: JsonText<KeyParts> | null;
  readonly reuse: JsonText<StepReuse> | null;
  readonly fence: string | null;
}

export interface CacheEntryTable {
  readonly seq: Generated<number>;
  readonly cache_key: string;
  readonly pipeline: string;
  readonly step_id: string;
  readonly run_id: string;
  readonly parts: JsonText<{ readonly [name: string]: string }>;
  readonly outcome: JsonText<StepOutcome>;
  readonly created_at: string;
}

/** What a run was made of and what it measured, without its curves. */
export interface ExperimentTable {
  readonly run_id: string;
  readonly pipeline: string;
  readonly started_at: string;
  readonly content: JsonText<Experiment>;
}

/** `point` counts what a step told of a metric, from 0. */
export interface MetricPointTable {
  readonly run_id: string;
  readonly step_id: string;
  readonly metric: string;
  readonly point: number;
  readonly step: number;
  readonly at: string;
  readonly value: number;
}

export interface PinTable {
  readonly subject: string;
  readonly actor: string;
  readonly reason: string;
  readonly at: string;
}
