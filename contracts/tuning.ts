import type { JsonObject, JsonValue } from './json.js';
import type { RunStatus, StepOutputs, StepTask } from './run.js';

/** Values that one hyperparameter may take. Exactly one of `int`, `float` and `choice` is given. */
export interface SpaceDimension {
  /** Lowest and highest, both inclusive. */
  readonly int?: readonly [number, number];
  readonly float?: readonly [number, number];
  readonly choice?: readonly (string | number | boolean)[];
  /** Tried evenly over orders of magnitude; needs a lowest value above 0. */
  readonly log?: boolean;
  /** Of `grid`: values that a range is cut into; default 5. */
  readonly points?: number;
  /** Counts only in trials where others have these values. */
  readonly when?: { readonly [parameter: string]: string | number | boolean };
}

export type SearchSpace = { readonly [parameter: string]: SpaceDimension };

/**
 * The parameters of a space in the order in which a trial chooses them: by name, each after those
 * that its condition is about. Those whose conditions go round in a circle are left out.
 *
 * @example orderOfSpace({ a: { int: [1, 2], when: { z: 'x' } }, z: { choice: ['x', 'y'] } }); // ['z', 'a']
 */
export function orderOfSpace(space: SearchSpace): readonly string[] {
  const order: string[] = [];
  let left = Object.keys(space).sort();
  for (;;) {
    const next = left.find((name) => {
      return Object.keys(space[name]?.when ?? {}).every((other) => order.includes(other));
    });
    if (next === undefined) return order;
    order.push(next);
    left = left.filter((name) => name !== next);
  }
}

export const TUNING_METHODS = ['tpe', 'random', 'grid'] as const;
export type TuningMethod = (typeof TUNING_METHODS)[number];

/** What ends a search before its last trial. */
export interface TuningStop {
  /** A score that is good enough. */
  readonly target?: number;
  /** So many trials in a row without a better score. */
  readonly plateau?: number;
  /** A duration, such as `2h`; trials that have begun are ended well. */
  readonly after?: string;
}

/**
 * Runs a pipeline again and again with other values of its parameters. Hands on what the best trial's
 * pipeline hands on, and `best`, `score`, `trial`, `trials`, `stopped` and the artifact `history`.
 */
export interface TuneInputs {
  /** Relative to this pipeline file. */
  readonly file: string;
  /** Parameters that are the same in every trial. */
  readonly params?: JsonObject;
  readonly space: SearchSpace;
  /** Output of the pipeline that is a number. */
  readonly metric: string;
  /** Default `minimise`. */
  readonly goal?: 'minimise' | 'maximise';
  /** Default `tpe`. */
  readonly method?: TuningMethod;
  /** At most; default 20, of `grid` all. */
  readonly trials?: number;
  /** Trials at a time; default 1. */
  readonly parallel?: number;
  /** Default 42. */
  readonly seed?: number;
  readonly stop?: TuningStop;
}

/** One trial that has ended. */
export interface Trial {
  /** From 0, in the order in which they were chosen. */
  readonly number: number;
  readonly params: { readonly [parameter: string]: JsonValue };
  readonly status: Exclude<RunStatus, 'running'>;
  /** `null` where it gave none: it failed, was rejected or cancelled. */
  readonly score: number | null;
  readonly runId: string;
  readonly detail: string | null;
}

/** Why no further trial was begun. */
export type TuningEnd = 'trials' | 'space' | 'target' | 'plateau' | 'time' | 'no-score';

/** Everything that a search tried: the artifact `history`. */
export interface TuningHistory {
  readonly format: 'millrace-tuning/1';
  readonly metric: string;
  readonly goal: 'minimise' | 'maximise';
  readonly method: TuningMethod;
  readonly seed: number;
  readonly space: SearchSpace;
  readonly trials: readonly Trial[];
  /** Number of the best trial; `null` where none gave a score. */
  readonly best: number | null;
  readonly stopped: TuningEnd;
  /** Share of the variance of the scores that each parameter explains by itself, in [0, 1]. */
  readonly importance: readonly { readonly parameter: string; readonly share: number | null }[];
}

/** Asks for the run of a trial. */
export interface OpenTrial {
  readonly task: StepTask;
  readonly runId: string;
  readonly number: number;
  readonly params: Trial['params'];
}

/** Input of the workflow `tuneParameters`: how far a search is. */
export interface TuningSearch {
  readonly task: StepTask;
  readonly startedAtMs: number;
  readonly trials: readonly Trial[];
  readonly best: { readonly score: number; readonly outputs: StepOutputs } | null;
}

/** What comes next in a search. */
export interface Suggestion {
  readonly trials: readonly Trial['params'][];
  readonly goal: TuningHistory['goal'];
  /** Why there is none; `null` where there is. */
  readonly stopped: TuningEnd | null;
}
