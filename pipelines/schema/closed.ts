import * as z from 'zod';
import { suggestion } from '../nearest.js';

/**
 * A mapping that refuses keys it does not know, naming the nearest one that it does.
 *
 * @param later - words of later versions of the language: refused as not yet supported
 */
export function closed<Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
  later: readonly string[] = [],
): z.ZodObject<Shape, z.core.$strict> {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== 'unrecognized_keys') return undefined;
      const keys: readonly string[] = issue.keys;
      // One line for each key, in the order of `keys`: the reporter takes them apart again.
      return keys.map((key) => unknownKey(key, known, later)).join('\n');
    },
  });
}

function unknownKey(key: string, known: readonly string[], later: readonly string[]): string {
  if (later.includes(key)) {
    return `${key} is not yet supported by this version of millrace${HINT_MARK}remove it`;
  }
  const hint = suggestion(key, known);
  return `unknown key ${key}${hint === undefined ? '' : HINT_MARK + hint}`;
}

/** Parts a message from its hint inside a zod message. */
export const HINT_MARK = '\u0000';
