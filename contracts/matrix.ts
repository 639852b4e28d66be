import type { JsonObject, JsonValue } from './json.js';
import { canonicalJson } from './json.js';

export interface MatrixValues {
  readonly axes: { readonly [name: string]: readonly JsonValue[] };
  readonly include: readonly JsonObject[];
  readonly exclude: readonly JsonObject[];
}

/** How many combinations the axes alone have. */
export function matrixSize({ axes }: Pick<MatrixValues, 'axes'>): number {
  const lists = Object.values(axes);
  return lists.length === 0 ? 0 : lists.reduce((size, values) => size * values.length, 1);
}

/**
 * Every combination of the axes' values, the last axis fastest, without those that `exclude` names;
 * then each of `include` adds its keys to all combinations whose axes it agrees with, or is one of
 * its own where it agrees with none.
 *
 * @example
 * expandMatrix({ axes: { a: [1, 2], b: [3] }, include: [{ a: 2, c: 4 }], exclude: [{ a: 1 }] });
 * // [{ a: 2, b: 3, c: 4 }]
 */
export function expandMatrix({ axes, include, exclude }: MatrixValues): readonly JsonObject[] {
  let combinations: readonly JsonObject[] = Object.keys(axes).length === 0 ? [] : [{}];
  for (const [axis, values] of Object.entries(axes)) {
    combinations = combinations.flatMap((one) =>
      values.map((value) => ({ ...one, [axis]: value })),
    );
  }
  const kept = combinations.filter((one) => !exclude.some((values) => holds(one, values)));
  const grown = kept.map((one): Record<string, JsonValue> => ({ ...one }));
  const alone: JsonObject[] = [];
  for (const values of include) {
    const onAxes = Object.fromEntries(
      Object.entries(values).filter(([name]) => Object.hasOwn(axes, name)),
    );
    const agreeing = grown.filter((_, index) => holds(kept[index] ?? {}, onAxes));
    if (agreeing.length === 0) alone.push(values);
    for (const one of agreeing) Object.assign(one, values);
  }
  return [...grown, ...alone];
}

function holds(combination: JsonObject, values: JsonObject): boolean {
  return Object.entries(values).every(
    ([name, value]) =>
      Object.hasOwn(combination, name) && canonicalJson(combination[name]) === canonicalJson(value),
  );
}
