import type { JsonValue } from '../../contracts/index.js';

/** What the compile step knows of a value before anything has run. */
export type ValueType =
  | 'number'
  | 'integer'
  | 'string'
  | 'boolean'
  | 'timestamp'
  | 'duration'
  | 'artifact'
  | 'any';

/**
 * A value, or an object of named ones. With `others`, names that are not in `fields` have that
 * shape; without, they do not exist.
 */
export type Shape =
  | ValueType
  | {
      readonly fields: { readonly [name: string]: Shape };
      readonly others?: Shape;
      /** Of a fanned-out step: what one item of it holds. */
      readonly item?: Shape;
      /** What to say where it has no names at all. */
      readonly hint?: string;
      /** Its items, where the file writes them out; `null` where a run decides. */
      readonly items?: () => readonly JsonValue[] | null;
    };

/** The roots that an expression may use in one place of the file. */
export type RootTypes = { readonly [root: string]: Shape };
