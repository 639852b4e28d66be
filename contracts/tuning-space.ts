/** A value of a choice. */
export type ChoiceValue = string | number | boolean;

/** Values that one hyperparameter may take. Exactly one of `int`, `float` and `choice` is given. */
export interface SpaceDimension {
  /** Lowest and highest, both inclusive. */
  readonly int?: readonly [number, number];
  readonly float?: readonly [number, number];
  readonly choice?: readonly ChoiceValue[];
  /** Tried evenly over orders of magnitude; needs a lowest value above 0. */
  readonly log?: boolean;
  /** Only the lowest value and those at whole multiples of this above it; never with `log`. */
  readonly step?: number;
  /** Of `grid`: values that a range is cut into; default 5, with a `step` all. */
  readonly points?: number;
  /** Counts only in trials where others have these values, or one of these. */
  readonly when?: { readonly [parameter: string]: ChoiceValue | readonly ChoiceValue[] };
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
  /** How many of its conditions a parameter still waits for, and who waits for it. */
  const missing = new Map<string, number>();
  const waiting = new Map<string, string[]>();
  for (const [name, { when = {} }] of Object.entries(space)) {
    const others = Object.keys(when);
    missing.set(name, others.length);
    for (const other of others) {
      const known = waiting.get(other);
      if (known === undefined) waiting.set(other, [name]);
      else known.push(name);
    }
  }
  const ready = Object.keys(space)
    .filter((name) => missing.get(name) === 0)
    .sort();
  for (let next = ready.shift(); next !== undefined; next = ready.shift()) {
    order.push(next);
    for (const name of waiting.get(next) ?? []) {
      const left = (missing.get(name) ?? 0) - 1;
      missing.set(name, left);
      if (left === 0) insertSorted(ready, name);
    }
  }
  return order;
}

function insertSorted(names: string[], name: string): void {
  let [low, high] = [0, names.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((names[middle] ?? '') < name) low = middle + 1;
    else high = middle;
  }
  names.splice(low, 0, name);
}

/** Values that a range with a step holds, both ends counted where they are met. */
export function stepsOf([low, high]: readonly [number, number], step: number): number {
  // A step that is no binary fraction must not lose the last value to rounding.
  return Math.floor((high - low) / step + 1e-9) + 1;
}

/** @example steppedValue(0, 0.1, 3); // 0.3, not 0.30000000000000004 */
export function steppedValue(low: number, step: number, index: number): number {
  return Number((low + index * step).toPrecision(12));
}
