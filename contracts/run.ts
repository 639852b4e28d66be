import type { ArtifactRef } from './artifact.js';
import type { PrioritySpec } from './concurrency.js';
import type { CollectedItems, ItemTask } from './fan-out.js';
import type { JsonObject, JsonValue } from './json.js';
import type { TimeWindow } from './measurement.js';
import type { GateResult, Metrics } from './model-manifest.js';
import type { RetrySpec, StepControl, StepKind } from './plan.js';
import type { RunTakeOver } from './run-control.js';
import type { CacheScope } from './step-cache.js';
import type { TrialContext } from './tuning.js';

export type RunStatus = 'running' | 'completed' | 'failed' | 'cancelled' | 'rejected';
export type StepStatus =
  | 'pending'
  | 'running'
  | 'completed'
  | 'failed'
  | 'skipped'
  | 'cancelled'
  | 'rejected';

/** Why a run was started. */
export interface RunTrigger {
  readonly kind: 'manual' | 'schedule' | 'retrain' | 'pipeline';
  /** `cli`, `schedule:<id>`, `monitor`, `run:<id>` of the run that uses it, a user's name. */
  readonly actor: string;
  readonly reason: string;
}

/** The rows that a retraining learns from, as `monitor.respond.retrain.data` chooses them. */
export interface RetrainRange {
  readonly kind: string;
  /** RFC 3339: first event time, and the first that is no longer in it. */
  readonly from: string;
  readonly to: string;
  /** Where the change lies that a detector found; `from` without one. */
  readonly cut: string;
  /** The cut that a detector found inside the range; `null`: none. */
  readonly changedFrom: string | null;
  /** Weight of the rows before the cut, in [0, 1]. */
  readonly oldWeight: number;
}

/** What a run is told that answers a request to retrain. */
export interface RetrainContext {
  readonly data: RetrainRange;
  /** Windows whose rows are left out: a repair keeps them in quarantine. */
  readonly exclude: readonly TimeWindow[];
}

/** What an activity is told about the run it works for. */
export interface RunContext {
  readonly runId: string;
  readonly pipeline: string;
  readonly model: string | null;
  readonly plan: ArtifactRef;
  readonly planHash: string;
  /** Checked values of every declared parameter. */
  readonly params: JsonObject;
  /** Absolute; relative paths of the file are read from here. */
  readonly baseDirectory: string;
  /** Event time of this run: RFC 3339. */
  readonly asOf: string;
  readonly trigger: RunTrigger;
  /** Only of a retrain. */
  readonly retrain?: RetrainContext;
  /** Only of a run that goes on from another. */
  readonly takeOver?: RunTakeOver;
  /** Only of a pipeline that a step of another run uses. */
  readonly parent?: ParentStep;
  /** Only of a trial of a search whose trials are compared while they work. */
  readonly trial?: TrialContext;
}

/** The step that a run is done for. */
export interface ParentStep {
  readonly runId: string;
  /** With its item, where it is fanned out: `train[3]`. */
  readonly stepId: string;
}

/** What a schedule tells the workflow that it starts. */
export interface ScheduledStart {
  /** The zone whose clock the nominal time is of; absent where it is an interval's. */
  readonly timezone?: string;
  /** The workflow fails when the run does: only by that the schedule pauses itself. */
  readonly pauseOnFailure?: true;
}

/** Input of the workflow `runPipeline`. */
export interface RunPipelineInput extends RunContext {
  readonly schedule?: ScheduledStart;
  /** Step → reason: go on although this step's gate says no. */
  readonly gateOverrides: { readonly [step: string]: string };
  /** The pipeline file, absolute; absent where it is not known, as on stdin. */
  readonly file?: string;
  /** Only of a trial that is one step: what the steps handed on that it reads. */
  readonly given?: { readonly [step: string]: StepOutputs };
}

export interface RunPipelineResult {
  readonly runId: string;
  readonly status: Exclude<RunStatus, 'running'>;
  /** The step that failed or was rejected, and why. */
  readonly detail: string | null;
  /** What the pipeline's `outputs` give; only of a run that another one waits for. */
  readonly outputs?: StepOutputs;
}

/** What a step hands on. A name appears in only one of `values` and `artifacts`. */
export interface StepOutputs {
  readonly values: { readonly [name: string]: JsonValue };
  readonly artifacts: { readonly [name: string]: ArtifactRef };
  readonly metrics: Metrics;
  /** Only of a fanned-out step, whose own names are lists then: what each item handed on. */
  readonly items?: CollectedItems;
}

export const EMPTY_OUTPUTS: StepOutputs = { values: {}, artifacts: {}, metrics: {} };

/** The part of a plan's step that the workflow needs in order to schedule it. */
export interface ScheduledStep extends StepControl {
  readonly id: string;
  readonly kind: StepKind;
  readonly needs: readonly string[];
  readonly reads: readonly string[];
  readonly if: string | null;
  readonly retry: RetrySpec;
  readonly timeoutMs: number;
  readonly queue: string | null;
  readonly priority?: PrioritySpec;
  /** How its items are run; which they are is read by activities alone. */
  readonly fanOut?: ScheduledFanOut;
  /** `shared`: of runs that need its result at the same time one computes it; absent: each does. */
  readonly scope?: CacheScope;
}

/** How many items of a step are under way at a time, and what the failure of one means. */
export interface ScheduledFanOut {
  /** Absent: as many as the engine takes. */
  readonly maxParallel?: number;
  /** Every item is run, whatever became of the others; absent: the first failure ends them. */
  readonly failFast?: false;
}

/** How a run ended, as the steps that follow its end see it. */
export interface RunEnding {
  readonly status: Exclude<RunStatus, 'running'>;
  readonly detail: string | null;
  /** The first in plan order that failed or was rejected. */
  readonly failedStep: string | null;
}

/** Input of every step activity. The effect key is (runId, stepId). */
export interface StepTask {
  readonly run: RunContext;
  /** With its item, where it is fanned out: `train[3]`. */
  readonly stepId: string;
  /** Outputs of the steps in `reads`. */
  readonly upstream: { readonly [step: string]: StepOutputs };
  /** Reason to go on although the gate says no. */
  readonly gateOverride: string | null;
  /** Only of an item of a fanned-out step; `upstream` is empty then. */
  readonly item?: ItemTask;
  /** Only of a step that follows the end of the run. */
  readonly ending?: RunEnding;
}

/** Result of every step activity. A gate that says no is a result, not a failure. */
export interface StepOutcome {
  readonly status: 'completed' | 'rejected';
  /** Found by content instead of computed. */
  readonly cached: boolean;
  readonly outputs: StepOutputs;
  readonly gate: GateResult | null;
}
