import type { OnTimeout } from './approval.js';
import type { CardSpec } from './card-spec.js';
import type { ConcurrencySpec, PrioritySpec } from './concurrency.js';
import type { FanOutSpec } from './fan-out.js';
import type { JsonObject, JsonValue } from './json.js';
import type { MonitorSpec } from './monitor-spec.js';
import type { ResourceSpec } from './resources.js';
import type { RunnerSpec } from './runner.js';
import type { ServeSpec } from './serve-spec.js';
import type { CachePolicy } from './step-cache.js';

/** What a step can be. `run` is any command; the others are built in. */
export const STEP_KINDS = [
  'ingest',
  'features',
  'materialize',
  'transform',
  'validate',
  'impute',
  'encode',
  'select',
  'drift',
  'train',
  'evaluate',
  'register',
  'approve',
  'deploy',
  'predict',
  'pipeline',
  'tune',
  'notify',
  'noop',
  'run',
] as const;
export type StepKind = (typeof STEP_KINDS)[number];

/** Steps that change something outside the run. Their results are never found again by content. */
export const EFFECT_STEP_KINDS: readonly StepKind[] = [
  'register',
  'approve',
  'deploy',
  'predict',
  'materialize',
  'notify',
  'pipeline',
  'tune',
];

/**
 * A value of the file with its expressions still open. An object with the single key `$expr` is one
 * CEL expression whose result is the value; `$concat` joins text and expressions into a string.
 * No other key may start with `$`.
 */
export type Template =
  | null
  | boolean
  | number
  | string
  | readonly Template[]
  | { readonly $expr: string }
  | { readonly $concat: readonly (string | { readonly $expr: string })[] }
  | { readonly [key: string]: Template };

export type ParamType = 'string' | 'integer' | 'number' | 'boolean' | 'date' | 'duration';

/** One declared parameter. Values are run input: they are not part of the plan's hash. */
export interface ParamSpec {
  readonly type: ParamType;
  readonly description?: string;
  /** Absent: the parameter must be given. */
  readonly default?: JsonValue;
  readonly min?: number;
  readonly max?: number;
  readonly enum?: readonly JsonValue[];
}

export interface RetrySpec {
  /** Attempts in all, ≥ 1. */
  readonly maxAttempts: number;
  readonly initialIntervalMs: number;
  /** Factor between intervals, ≥ 1. */
  readonly backoff: number;
  readonly maxIntervalMs: number;
  readonly nonRetryable: readonly string[];
}

/**
 * When a step runs, by how the steps that it needs ended. All but the first come from the field:
 *
 * - `allSucceeded`: every one completed (the default);
 * - `noneFailed`: every one completed or was skipped by its own condition;
 * - `oneSucceeded`: at least one completed;
 * - `allDone`: whatever became of them;
 * - `always`: as `allDone`, and when the run is cancelled too.
 */
export const RUN_CONDITIONS = [
  'allSucceeded',
  'noneFailed',
  'oneSucceeded',
  'allDone',
  'always',
] as const;
export type RunCondition = (typeof RUN_CONDITIONS)[number];

/** What of a step the workflow goes by besides its needs; absent keys are not written in the file. */
export interface StepControl {
  /** Absent: `allSucceeded`. */
  readonly runIf?: RunCondition;
  /** Its failure holds up neither the run nor what needs it. */
  readonly continueOnError?: true;
  /** Time for all attempts and the waits between them; absent: no bound but the attempts'. */
  readonly totalTimeoutMs?: number;
}

export interface PlanStep extends StepControl {
  readonly id: string;
  readonly kind: StepKind;
  /** Only for kind `run`: the argument list, or one string when `shell` is true. */
  readonly command: { readonly argv: readonly Template[]; readonly shell: boolean } | null;
  /** Every step that must have ended before: declared and inferred, in file order. */
  readonly needs: readonly string[];
  /** Steps whose outputs the expressions of this step read; a subset of `needs`. */
  readonly reads: readonly string[];
  readonly with: { readonly [key: string]: Template };
  /** Bare CEL over `params`, `run` and `steps`; the step is skipped when it is false. */
  readonly if: string | null;
  /** Bare CEL over `metrics`, `champion` and `params`; only on `evaluate`. */
  readonly gate: string | null;
  readonly retry: RetrySpec;
  /** Time for one attempt; of an approval until its deadline, 0 without one. */
  readonly timeoutMs: number;
  /** Only of kind `approve`: what becomes of it at the deadline; absent: it is rejected. */
  readonly onTimeout?: OnTimeout;
  /** Temporal task queue; `null` is the default queue for steps. */
  readonly queue: string | null;
  /** Absent: the plan's. */
  readonly priority?: PrioritySpec;
  /** Only of steps with a process of their own; absent: nothing bounds it. */
  readonly resources?: ResourceSpec;
  /** The step is done once for each of these; absent: once. */
  readonly fanOut?: FanOutSpec;
  /** Only of kinds `pipeline` and `tune`: key into the plan's `pipelines`. */
  readonly pipeline?: string;
  /** How its result is found again; absent: by its content, for ever, by every pipeline. */
  readonly cache?: CachePolicy;
  /** Globs of the files that its behaviour rests on; absent: those beside what its command names. */
  readonly code?: readonly string[];
  /** Only of kind `transform`: line of the file on which its SQL begins; not a part of the plan's hash. */
  readonly sqlLine?: number;
  /** Only of kind `run`: variables of its process. `null` leaves the worker's own value, which counts. */
  readonly env?: { readonly [name: string]: Template };
  /** Only of kind `run`: the container that its process runs in; absent: none. */
  readonly runner?: RunnerSpec;
}

/** The lists of steps that follow the end of a run. */
export const RUN_HOOKS = ['onSuccess', 'onFailure', 'finally'] as const;

/** Steps that follow the end of a run, in their order; absent lists are empty. */
export interface RunHooks {
  readonly onSuccess?: readonly PlanStep[];
  readonly onFailure?: readonly PlanStep[];
  /** Whatever became of the run, a cancellation included. */
  readonly finally?: readonly PlanStep[];
}

export const OVERLAP_POLICIES = [
  'skip',
  'bufferOne',
  'bufferAll',
  'cancelOther',
  'terminateOther',
  'allowAll',
] as const;
export type OverlapPolicy = (typeof OVERLAP_POLICIES)[number];

/** The values `start`, `start + step`, … up to `end` of one field. */
export interface CalendarRange {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/**
 * Local times at which every field matches, days of the month and of the week included. A field
 * matches when one of its ranges holds its value.
 */
export interface CalendarSpec {
  readonly second: readonly CalendarRange[];
  readonly minute: readonly CalendarRange[];
  readonly hour: readonly CalendarRange[];
  /** 1 to 31. */
  readonly dayOfMonth: readonly CalendarRange[];
  /** 1 to 12. */
  readonly month: readonly CalendarRange[];
  /** 2000 to 2100; without a range every year. */
  readonly year: readonly CalendarRange[];
  /** 0 to 6, Sunday is 0. */
  readonly dayOfWeek: readonly CalendarRange[];
}

/** When a pipeline runs by itself: by one of `cron`, `every` and `calendar`. */
export interface ScheduleSpec {
  /** Five-field cron, or a `@weekly`-style shorthand, read in `timezone`; of several any. */
  readonly cron?: string | readonly string[];
  /** Counted from 1970-01-01T00:00:00Z, whole seconds; the offset is less than the interval. */
  readonly every?: { readonly intervalMs: number; readonly offsetMs: number };
  /** Read in `timezone`; of several any. */
  readonly calendar?: readonly CalendarSpec[];
  /** IANA name. */
  readonly timezone: string;
  readonly overlap: OverlapPolicy;
  readonly catchupWindowMs: number;
  /** Each time is put off by up to so much; absent: by nothing. */
  readonly jitterMs?: number;
  /** The schedule pauses itself when a run failed; absent: it does not. */
  readonly pauseOnFailure?: true;
  /** First and last moment at which it may fire, both inclusive: RFC 3339. */
  readonly startAt?: string;
  readonly endAt?: string;
  /** Values of parameters of the run; absent: their defaults. */
  readonly params?: JsonObject;
}

/**
 * A compiled pipeline: frozen, and the same for the same file whatever its key order, comments,
 * parameter values or place on disk. A run keeps its plan whatever happens to the file.
 */
export interface PipelinePlan extends RunHooks {
  readonly apiVersion: 'millrace/v1';
  /** Version of the expression evaluator that this plan was checked with. */
  readonly expressionVersion: 1;
  readonly name: string;
  /** Which of the file's environments was laid over it; absent: none. Not in the plan's hash. */
  readonly environment?: string;
  readonly model: string | null;
  readonly params: { readonly [name: string]: ParamSpec };
  /** In topological order; among equals, in file order. */
  readonly steps: readonly PlanStep[];
  /** Absent: runs wait for nothing. */
  readonly concurrency?: ConcurrencySpec;
  /** Of its steps' work, and of its runs among those of their group. */
  readonly priority?: PrioritySpec;
  readonly schedule: ScheduleSpec | null;
  readonly monitor: MonitorSpec | null;
  /** How the gateways serve the model; absent where the file has no such block. */
  readonly serve?: ServeSpec;
  /** What people say of the model; absent where the file has no such block. */
  readonly card?: CardSpec;
  /** What a step that uses this pipeline hands on: over `params`, `run` and `steps`. */
  readonly outputs?: { readonly [name: string]: Template };
  /** Only of a trial that is one step: that step, whose outputs are the pipeline's, all of them. */
  readonly handsOn?: string;
  /** The pipelines that its steps use, and theirs, by plan hash; absent where it uses none. */
  readonly pipelines?: { readonly [planHash: string]: PipelinePlan };
}

/** The steps of a plan, then those that follow its end. */
export function allSteps(plan: Pick<PipelinePlan, 'steps' | keyof RunHooks>): readonly PlanStep[] {
  return [...plan.steps, ...RUN_HOOKS.flatMap((when) => plan[when] ?? [])];
}
