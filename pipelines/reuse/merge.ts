import type { JsonValue } from '../../contracts/index.js';
import { isRawObject } from '../compile/context.js';
import type { DocumentPath } from '../issue.js';
import type { Origins } from './origins.js';

/** A value and where it stands. */
export interface Placed {
  readonly value: JsonValue;
  readonly path: DocumentPath;
}

/**
 * One value laid over another: mappings key by key whatever their depth, everything else as a whole,
 * so that a list is replaced and never spliced.
 *
 * @param at - where the result stands; what was written elsewhere is told to `origins`
 * @example merge({ value: { a: 1, b: 2 }, path: ['t'] }, { value: { b: 3 }, path: ['s'] }, ['s'], origins);
 * // { b: 3, a: 1 }, and s.a was written at t.a
 */
export function merge(base: Placed, over: Placed, at: DocumentPath, origins: Origins): JsonValue {
  if (!isRawObject(base.value) || !isRawObject(over.value)) {
    origins.move(at, over.path);
    return over.value;
  }
  const merged: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(base.value)) {
    const inBase = { value, path: [...base.path, key] };
    const above = Object.hasOwn(over.value, key) ? over.value[key] : undefined;
    if (above === undefined) {
      origins.move([...at, key], inBase.path);
      merged[key] = value;
    } else {
      const inOver = { value: above, path: [...over.path, key] };
      merged[key] = merge(inBase, inOver, [...at, key], origins);
    }
  }
  for (const [key, value] of Object.entries(over.value)) {
    if (Object.hasOwn(merged, key)) continue;
    origins.move([...at, key], [...over.path, key]);
    merged[key] = value;
  }
  return merged;
}
