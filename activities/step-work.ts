import type {
  GateResult,
  JsonValue,
  PipelinePlan,
  PlanStep,
  StepContainer,
  StepOutputs,
  StepTask,
} from '../contracts/index.js';
import type { Logger } from '../logging/logger.js';
import type { StepProgress } from '../processes/ports.js';
import type { ActivityDeps } from './deps.js';

/** What a step kind is given to do its work. Looking up, recording and caching happen around it. */
export interface StepWorkContext {
  readonly deps: ActivityDeps;
  readonly task: StepTask;
  readonly plan: PipelinePlan;
  readonly step: PlanStep;
  /** `with` with every expression resolved; artifact references are plain objects in it. */
  readonly inputs: { readonly [name: string]: JsonValue };
  /** Only for `run`: the argument list, resolved; empty otherwise. */
  readonly argv: readonly string[];
  /** Only for `run`: variables of its process, resolved; `null` is the worker's own value. Absent: none. */
  readonly env?: { readonly [name: string]: string | null };
  /** Only for `run`: what its process runs in. Absent or `null`: in nothing. */
  readonly container?: StepContainer | null;
  /** Temporal's attempt, from 1. */
  readonly attempt: number;
  /** Whether the registry knows of no later attempt. Absent: there is none. */
  readonly isLatest?: () => Promise<boolean>;
  /** Aborted when the run is cancelled or the attempt has timed out. */
  readonly signal: AbortSignal;
  readonly report: (progress: StepProgress) => void;
  readonly logger: Logger;
}

export interface StepWorkResult {
  readonly outputs: StepOutputs;
  /** Only `evaluate` has one. */
  readonly gate?: GateResult | null;
}

/** One step kind: a file each. */
export type StepWork = (context: StepWorkContext) => Promise<StepWorkResult>;
