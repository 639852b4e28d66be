import type { JsonObject, JsonValue } from './json.js';
import type { RunStatus, StepOutputs, StepTask } from './run.js';
import type { SearchSpace } from './tuning-space.js';

export const TUNING_METHODS = ['tpe', 'random', 'grid'] as const;
export type TuningMethod = (typeof TUNING_METHODS)[number];

/** What ends a search before its last trial. */
export interface TuningStop {
  /** A score that is good enough. */
  readonly target?: number;
  /** So many trials in a row without a better score. */
  readonly plateau?: number;
  /** Of `plateau`: a score is better by at least this, or it counts as none; default 0. */
  readonly minDelta?: number;
  /** A duration, such as `2h`; trials that have begun are ended well. */
  readonly after?: string;
}

/**
 * Ends trials that do worse than others when they have come as far. Trials tell how they do while they
 * work: a line of the step contract with `step` and `metrics`.
 */
export interface Halving {
  /** Steps at which trials are compared, ascending. */
  readonly rungs: readonly number[];
  /** One of so many goes on; default 3. */
  readonly factor?: number;
  /** A trial is compared at once with those that came before it, not with those beside it. */
  readonly asynchronous?: boolean;
  /** Metric that is compared; default the search's. */
  readonly metric?: string;
}

/**
 * Runs a pipeline, or one step, again and again with other values of its parameters. Hands on what the
 * best trial hands on, and `best`, `score`, `trial`, `trials`, `stopped` and the artifact `history`.
 */
export interface TuneInputs {
  /** Of the pipeline that every trial runs, relative to this pipeline file. One of `file` and `step`. */
  readonly file?: string;
  /** Step that every trial does; a part of the plan of its own. */
  readonly step?: JsonObject;
  /** Parameters of `file` that are the same in every trial. */
  readonly params?: JsonObject;
  readonly space: SearchSpace;
  /** Output of the pipeline, or metric or output of the step, that is a number. */
  readonly metric: string;
  /** Default `minimise`. */
  readonly goal?: TuningGoal;
  /** Default `tpe`. */
  readonly method?: TuningMethod;
  /** At most; default 20, of `grid` all. */
  readonly trials?: number;
  /** Trials at a time; default 1, of halving that waits for all the factor. */
  readonly maxParallel?: number;
  /** Default 42. */
  readonly seed?: number;
  readonly halving?: Halving;
  /** More trials that fail end the search as failed; default any number, but the first five. */
  readonly maxFailures?: number;
  readonly stop?: TuningStop;
}

/** What a trial told when it came to a rung. */
export interface TrialReport {
  /** Index of the rung, from 0. */
  readonly rung: number;
  /** As the step counts: the first that is not below the rung's. */
  readonly step: number;
  readonly value: number;
}

/** One trial that has ended. */
export interface Trial {
  /** From 0, in the order in which they were chosen. */
  readonly number: number;
  readonly params: { readonly [parameter: string]: JsonValue };
  /** `pruned`: ended by halving, at the rung `prunedAt`. */
  readonly status: Exclude<RunStatus, 'running'> | 'pruned';
  /** `null` where it gave none: it failed, was rejected, cancelled or pruned. */
  readonly score: number | null;
  readonly runId: string;
  readonly detail: string | null;
  /** RFC 3339, wall clock. */
  readonly startedAt: string;
  readonly durationMs: number;
  /** Only of a search with halving: what it told, by rung. */
  readonly reports?: readonly TrialReport[];
  /** Index of the rung that it did not pass. */
  readonly prunedAt?: number;
}

/** Why no further trial was begun. */
export type TuningEnd =
  | 'trials'
  | 'space'
  | 'target'
  | 'plateau'
  | 'time'
  | 'failures'
  | 'no-score'
  | 'cancelled';

/** Which of two scores a search is after. */
export type TuningGoal = 'minimise' | 'maximise';

/**
 * By how much one score is better than another, in the unit of the scores: 0 for equals, below it for a
 * worse one.
 *
 * @example gainOver(0.8, 0.7, 'minimise'); // -0.1, about
 */
export function gainOver(score: number, than: number, goal: TuningGoal): number {
  return goal === 'minimise' ? than - score : score - than;
}

/** Whether one score is better than another; of equals neither is. */
export function isBetter(score: number, than: number, goal: TuningGoal): boolean {
  return gainOver(score, than, goal) > 0;
}

/** How much of the scores a parameter explains. */
export interface ParameterImportance {
  readonly parameter: string;
  /** In [0, 1]; `null` where too few scores tell. */
  readonly share: number | null;
}

/**
 * How importance is told. `shapleyEffects`: the variance of a random forest that learned the scores,
 * shared out among all parameters, 1 in all, what several do together included. `epsilonSquared`: what
 * each explains by itself (ε²), which needs no Python.
 */
export type ImportanceEvaluator = 'shapleyEffects' | 'epsilonSquared';

/** What the scores of a search hang on. */
export interface SearchImportance {
  readonly evaluator: ImportanceEvaluator;
  /** The most important first. */
  readonly shares: readonly ParameterImportance[];
  /** With a score: no other trial counts. */
  readonly trials: number;
  /** Of `shapleyEffects`: R² of the forest on trials that it did not see; `null` where there is none. */
  readonly fit: number | null;
  /** Why it is not known, rough, or told by the other evaluator; `null` where nothing is to be said. */
  readonly note: string | null;
}

/** Everything that a search tried: the artifact `history`. */
export interface TuningHistory {
  readonly format: 'millrace-tuning/2';
  readonly metric: string;
  readonly goal: TuningGoal;
  readonly method: TuningMethod;
  readonly seed: number;
  readonly space: SearchSpace;
  readonly halving: Required<Halving> | null;
  /** By number. */
  readonly trials: readonly Trial[];
  /** Number of the best trial; `null` where none gave a score. */
  readonly best: number | null;
  readonly stopped: TuningEnd;
  /** What each parameter explains by itself: the evaluator `epsilonSquared`. */
  readonly importance: readonly ParameterImportance[];
}

/** Asks for the run of a trial. */
export interface OpenTrial {
  readonly task: StepTask;
  readonly runId: string;
  readonly number: number;
  readonly params: Trial['params'];
  /** Workflow that is told when the trial comes to a rung. */
  readonly search: string;
}

/** Input of the workflow `tuneParameters`: how far a search is. */
export interface TuningSearch {
  readonly task: StepTask;
  readonly startedAtMs: number;
  readonly trials: readonly Trial[];
  readonly best: {
    readonly score: number;
    readonly number: number;
    readonly outputs: StepOutputs;
  } | null;
}

/** Asks what comes next in a search. */
export interface SuggestTrials {
  readonly task: StepTask;
  /** Those that have ended. */
  readonly trials: readonly Trial[];
  /** What those that have not ended try. */
  readonly running: readonly Trial['params'][];
  readonly elapsedMs: number;
}

/** What comes next in a search. */
export interface Suggestion {
  readonly trials: readonly Trial['params'][];
  readonly goal: TuningGoal;
  /** Absent in searches of earlier releases. */
  readonly halving?: Required<Halving> | null;
  /** Why there is none; `null` where there is, and where one that runs is waited for. */
  readonly stopped: TuningEnd | null;
}

/** What a run is told that is a trial. */
export interface TrialContext {
  readonly number: number;
  /** Workflow to which its steps tell the metric at the rungs. */
  readonly search: string;
  readonly metric: string;
  readonly rungs: readonly number[];
}

/** Signal `trialReported`: a trial came to these rungs, at this step. */
export interface TrialReported {
  readonly number: number;
  readonly step: number;
  readonly value: number;
}

/** Why the message is not one; `null` where it is. */
export function complaintOfTrialReport(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return 'it must be {number, step, value}';
  const { number, step, value: told } = value as { readonly [name: string]: unknown };
  const counts = [number, step].every((count) => Number.isSafeInteger(count) && Number(count) >= 0);
  return counts && Number.isFinite(told)
    ? null
    : 'number and step must be whole numbers from 0, and value finite';
}

/** Signal `stopEarly` of a run: it is ended, and this is said of it. */
export function complaintOfStopEarly(reason: unknown): string | null {
  return typeof reason === 'string' && reason.length >= 1 && reason.length <= 2_000
    ? null
    : 'it must be text of 1 to 2,000 characters';
}
