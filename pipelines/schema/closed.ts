import * as z from 'zod';
import { suggestion } from '../nearest.js';

/** Key → where or how it is said instead. */
export type Elsewhere = { readonly [key: string]: string };

/**
 * A mapping that refuses keys it does not know, naming the nearest one that it does.
 *
 * @param elsewhere - words that people write here, and where or how it is said instead
 */
export function closed<Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
  elsewhere: Elsewhere = {},
): z.ZodObject<Shape, z.core.$strict> {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== 'unrecognized_keys') return undefined;
      const keys: readonly string[] = issue.keys;
      // One line for each key, in the order of `keys`: the reporter takes them apart again.
      return keys.map((key) => unknownKey(key, known, elsewhere)).join('\n');
    },
  });
}

function unknownKey(key: string, known: readonly string[], elsewhere: Elsewhere): string {
  const hint = Object.hasOwn(elsewhere, key) ? elsewhere[key] : suggestion(key, known);
  return `unknown key ${key}${hint === undefined ? '' : HINT_MARK + hint}`;
}

/** Parts a message from its hint inside a zod message. */
export const HINT_MARK = '\u0000';
