import { createHash } from 'node:crypto';
import {
  type JsonValue,
  orderOfSpace,
  type SearchSpace,
  type SpaceDimension,
  steppedValue,
  stepsOf,
} from '../../contracts/index.js';

export type TrialParams = { readonly [parameter: string]: JsonValue };

const GRID_POINTS = 5;

/**
 * Every combination of the values of a space: the last parameter of its order changes first. A
 * parameter whose condition does not hold is left out, and the combinations that would differ by it
 * alone are one.
 *
 * @example [...gridTrials({ a: { choice: [1, 2] }, b: { int: [0, 1] } })].length; // 4
 */
export function* gridTrials(space: SearchSpace): Generator<TrialParams> {
  yield* combinations(dimensionsOf(space), {});
}

/** In the order in which a trial chooses them. */
export function dimensionsOf(space: SearchSpace): readonly (readonly [string, SpaceDimension])[] {
  return orderOfSpace(space).map((name) => [name, space[name] ?? {}]);
}

function* combinations(
  [first, ...others]: readonly (readonly [string, SpaceDimension])[],
  chosen: TrialParams,
): Generator<TrialParams> {
  if (first === undefined) {
    yield chosen;
    return;
  }
  const [name, dimension] = first;
  if (!counts(dimension, chosen)) {
    yield* combinations(others, chosen);
    return;
  }
  for (const value of gridValues(dimension)) {
    yield* combinations(others, { ...chosen, [name]: value });
  }
}

/** Values of one parameter that a grid holds, ascending; of a choice as they stand. */
export function gridValues(dimension: SpaceDimension): readonly (string | number | boolean)[] {
  const { choice, int } = dimension;
  if (choice !== undefined) return choice;
  const { step, points = GRID_POINTS } = dimension;
  if (step !== undefined) {
    const range = rangeOf(dimension);
    return Array.from({ length: stepsOf(range, step) }, (_, index) => {
      return steppedValue(range[0], step, index);
    });
  }
  const values = Array.from({ length: points }, (_, index) => {
    return valueAt(dimension, index / (points - 1));
  });
  return int === undefined ? values : [...new Set(values)];
}

/** A trial drawn at random: a number and a seed give it, whatever was tried before. */
export function randomTrial(space: SearchSpace, seed: number, number: number): TrialParams {
  const chosen: Record<string, JsonValue> = {};
  for (const [name, dimension] of dimensionsOf(space)) {
    if (!counts(dimension, chosen)) continue;
    const share = uniform(`${seed}/${number}/${name}`);
    const { choice } = dimension;
    if (choice !== undefined) chosen[name] = choice[Math.floor(share * choice.length)] ?? null;
    else chosen[name] = drawn(dimension, share);
  }
  return chosen;
}

/** Whether a parameter is a part of a trial, by what was chosen of those above it. */
export function counts({ when = {} }: SpaceDimension, chosen: TrialParams): boolean {
  return Object.entries(when).every(([name, wanted]) => {
    return [wanted].flat().some((value) => chosen[name] === value);
  });
}

/** Whole numbers are as likely as each other: each has the width of one. */
function drawn(dimension: SpaceDimension, share: number): number {
  const { int, step } = dimension;
  if (step !== undefined) {
    const range = rangeOf(dimension);
    return steppedValue(range[0], step, Math.floor(share * stepsOf(range, step)));
  }
  if (int === undefined) return valueAt(dimension, share);
  const [low, high] = int;
  const at = between(low - (dimension.log === true ? 0 : 0.5), high + 0.5, share, dimension.log);
  return Math.min(high, Math.max(low, Math.round(at)));
}

function rangeOf({ int, float }: SpaceDimension): readonly [number, number] {
  return int ?? float ?? [0, 1];
}

function valueAt(dimension: SpaceDimension, share: number): number {
  const { int, log } = dimension;
  const [low, high] = rangeOf(dimension);
  if (share === 1) return high;
  const value = between(low, high, share, log);
  return int === undefined ? value : Math.round(value);
}

function between(low: number, high: number, share: number, log: boolean | undefined): number {
  return log === true ? low * (high / low) ** share : low + (high - low) * share;
}

/** In [0, 1), the same for the same text on every machine. */
function uniform(text: string): number {
  const digest = createHash('sha256').update(text).digest();
  return digest.readUIntBE(0, 6) / 2 ** 48;
}
