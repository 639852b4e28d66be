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

/** How many values all items hold at most. */
export function matrixValues({ axes, include }: Omit<MatrixValues, 'exclude'>): number {
  const added = include.map((values) => Object.keys(values));
  const names = new Set([...Object.keys(axes), ...added.flat()]);
  return matrixSize({ axes }) * names.size + added.flat().length;
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
  const names = Object.keys(axes);
  const excluded = groupsOf(exclude, (values) => Object.keys(values));
  const kept = combinationsOf(axes).filter(
    (one) => !excluded.some(({ keys, entries }) => entries.has(textOf(one.texts, keys))),
  );
  const grown = kept.map(({ values }): Record<string, JsonValue> => ({ ...values }));
  const agreeing = new Map<JsonObject, readonly number[]>();
  const onAxes = (values: JsonObject) => names.filter((name) => Object.hasOwn(values, name));
  for (const { keys, entries } of groupsOf(include, onAxes)) {
    const places = new Map<string, number[]>();
    for (const [place, { texts }] of kept.entries()) {
      const text = textOf(texts, keys);
      if (!entries.has(text)) continue;
      const known = places.get(text);
      if (known === undefined) places.set(text, [place]);
      else known.push(place);
    }
    for (const [text, all] of entries) {
      for (const values of all) agreeing.set(values, places.get(text) ?? []);
    }
  }
  const alone: JsonObject[] = [];
  for (const values of include) {
    const places = agreeing.get(values) ?? [];
    if (places.length === 0) alone.push(values);
    for (const place of places) Object.assign(grown[place] ?? {}, values);
  }
  return [...grown, ...alone];
}

/**
 * How many comparisons {@link expandMatrix} takes at most: its time grows with them, and not with the
 * number of entries that name the same axes.
 */
export function matrixWork({ axes, include, exclude }: MatrixValues): number {
  const names = Object.keys(axes);
  const groups =
    groupsOf(exclude, (values) => Object.keys(values)).length +
    groupsOf(include, (values) => names.filter((name) => Object.hasOwn(values, name))).length;
  return matrixSize({ axes }) * (1 + groups);
}

interface Combination {
  readonly values: JsonObject;
  /** The same as canonical JSON. */
  readonly texts: { readonly [axis: string]: string };
}

function combinationsOf(axes: MatrixValues['axes']): readonly Combination[] {
  let combinations: readonly Combination[] =
    Object.keys(axes).length === 0 ? [] : [{ values: {}, texts: {} }];
  for (const [axis, values] of Object.entries(axes)) {
    const written = values.map((value) => [value, canonicalJson(value)] as const);
    combinations = combinations.flatMap((one) =>
      written.map(([value, text]) => ({
        values: { ...one.values, [axis]: value },
        texts: { ...one.texts, [axis]: text },
      })),
    );
  }
  return combinations;
}

/** Entries that name the same axes, by their values there: a combination is looked up, not compared. */
interface Group {
  readonly keys: readonly string[];
  readonly entries: ReadonlyMap<string, readonly JsonObject[]>;
}

function groupsOf(
  list: readonly JsonObject[],
  keysOf: (values: JsonObject) => readonly string[],
): readonly Group[] {
  const groups = new Map<string, { keys: readonly string[]; entries: Map<string, JsonObject[]> }>();
  for (const values of list) {
    const keys = [...keysOf(values)].sort();
    const name = JSON.stringify(keys);
    const group = groups.get(name) ?? { keys, entries: new Map<string, JsonObject[]>() };
    groups.set(name, group);
    const text = keys.map((key) => canonicalJson(values[key])).join();
    group.entries.set(text, [...(group.entries.get(text) ?? []), values]);
  }
  return [...groups.values()];
}

/** `undefined` of an axis that is not there is no JSON: such an entry agrees with nothing. */
function textOf(texts: Combination['texts'], keys: readonly string[]): string {
  return keys.map((key) => texts[key] ?? '').join();
}
