import type { JsonValue } from '../../contracts/index.js';
import type { Shape, ValueType } from '../expressions/index.js';
import type { Finding } from '../issue.js';

/** What the passes of the compiler share. Each reads the raw file tolerantly and adds findings. */
export interface CompileContext {
  readonly source: { readonly [key: string]: JsonValue };
  readonly report: (finding: Finding) => void;
  /** What `params.<name>` is in an expression. */
  readonly params: { readonly fields: { readonly [name: string]: ValueType } };
  /** What `steps.<id>` holds. */
  readonly steps: { readonly fields: { readonly [id: string]: Shape } };
  /** What the matrices that are written out came to so far: together they have a bound. */
  readonly written: { combinations: number; values: number };
}

export type RawObject = { readonly [key: string]: JsonValue };

export function isRawObject(value: unknown): value is RawObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function entriesOf(value: unknown): readonly (readonly [string, JsonValue])[] {
  return isRawObject(value) ? Object.entries(value) : [];
}
