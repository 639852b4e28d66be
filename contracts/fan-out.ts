import type { ArtifactRef } from './artifact.js';
import type { JsonValue } from './json.js';
import type { Template } from './plan.js';
import type { StepOutputs } from './run.js';

/** A step done once for each item: of a list, or of every combination of a matrix. */
export type FanOutSpec = (
  | { readonly forEach: Template; readonly matrix?: never }
  | { readonly matrix: MatrixSpec; readonly forEach?: never }
) & {
  /** Items under way at a time; absent: as many as the engine takes. */
  readonly maxParallel?: number;
  /** Every item is run, whatever became of the others; absent: the first failure ends them. */
  readonly failFast?: false;
};

export interface MatrixSpec {
  /** Axis → its values: a list, or an expression that gives one. */
  readonly axes: { readonly [name: string]: Template };
  /** Keys that are added to the combinations they agree with, or combinations of their own. */
  readonly include?: readonly Template[];
  /** Combinations that hold all the values of one of these are left out. */
  readonly exclude?: readonly Template[];
}

/** Items of one step at most. */
export const MAX_ITEMS = 100_000;

/** Combinations that a matrix which is written out may have. */
export const MAX_MATRIX_ITEMS = 10_000;

/** Values that all items of a matrix may hold together: `include` adds its keys to each that it fits. */
export const MAX_MATRIX_VALUES = 1_000_000;

/** One item, as its activity is told of it. */
export interface ItemTask {
  /** From 0. */
  readonly index: number;
  /** An {@link ItemSource}: the items and what their expressions read, stored once for all of them. */
  readonly source: ArtifactRef;
}

/** Content of the artifact that the items of one step are read from. */
export interface ItemSource {
  /** What an item is called in the step's expressions. */
  readonly root: 'matrix' | 'item';
  readonly items: readonly JsonValue[];
  readonly upstream: { readonly [step: string]: StepOutputs };
}

/** An item and what it handed on: `null` where it was skipped or failed. */
export interface CollectedItem {
  readonly item: JsonValue;
  readonly outputs: StepOutputs | null;
}

/** In item order: themselves where they are small, else stored. */
export type CollectedItems =
  | { readonly count: number; readonly list: readonly CollectedItem[] }
  /** An artifact of JSON, a list of {@link CollectedItem}. */
  | { readonly count: number; readonly ref: ArtifactRef };

/** The step id of one item. @example itemStepId('train', 3); // 'train[3]' */
export function itemStepId(stepId: string, index: number): string {
  return `${stepId}[${index}]`;
}

/** The step of the plan that a step id is of. @example planStepId('train[3]'); // 'train' */
export function planStepId(stepId: string): string {
  const bracket = stepId.indexOf('[');
  return bracket === -1 ? stepId : stepId.slice(0, bracket);
}

/** Number of the item; `null` where it is a step of the plan. @example itemIndex('train[3]'); // 3 */
export function itemIndex(stepId: string): number | null {
  const match = /\[(\d+)\]$/.exec(stepId);
  return match === null ? null : Number(match[1]);
}
