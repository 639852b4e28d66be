import type { ContextColumn, ModelSignature, SignatureInput } from '../../contracts/index.js';
import type { ContextRow, InputRow, InputValue } from './input-row.js';
import { isWrittenTime } from './written-time.js';

/** Largest magnitude that a float32 tensor carries. */
export const FLOAT32_MAX = 3.4028234663852886e38;

export interface PlainRow {
  readonly inputs: InputRow;
  readonly context: ContextRow;
}

/**
 * Reads rows in which all is as it should be. Most rows are, and this is all that is done for them: a
 * fifth of what the full check takes, of which more than half was to add inputs to an empty object one
 * by one. So each row is a copy of one that has them all.
 */
export class PlainRows {
  readonly #inputs: readonly SignatureInput[];
  readonly #context: readonly ContextColumn[];
  readonly #missing: InputRow;

  constructor({ inputs, context }: ModelSignature) {
    this.#inputs = inputs;
    this.#context = context;
    this.#missing = Object.fromEntries(inputs.map(({ name }) => [name, null]));
  }

  /** @returns `null` where anything is not plain, or may not be: then the full check says what */
  read(fields: { readonly [name: string]: unknown }): PlainRow | null {
    const inputs: { [name: string]: InputValue } = { ...this.#missing };
    let found = 0;
    for (const input of this.#inputs) {
      const value = fields[input.name];
      if (value === null || value === undefined || value === '') {
        if (!input.nullable || !isMissing(input, value)) return null;
        if (value !== undefined) found += 1;
        continue;
      }
      if (!isPlain(input.kind, value)) return null;
      found += 1;
      inputs[input.name] = value as InputValue;
    }
    const context: { [name: string]: string | number | boolean } = {};
    for (const { name, role } of this.#context) {
      const value = fields[name];
      if (value === undefined) continue;
      if (role === 'time' ? !isWrittenTime(value) : !isScalar(value)) return null;
      found += 1;
      context[name] = value as string | number | boolean;
    }
    for (const _ in fields) found -= 1;
    // A field that is nobody's, or a value that came from elsewhere than the row itself.
    return found === 0 ? { inputs, context } : null;
  }
}

/** Empty text is a missing text, and no missing number. */
function isMissing({ kind }: SignatureInput, value: null | undefined | ''): boolean {
  return value !== '' || kind === 'string';
}

function isPlain(kind: SignatureInput['kind'], value: unknown): boolean {
  switch (kind) {
    case 'number':
      return typeof value === 'number' && Math.abs(value) <= FLOAT32_MAX;
    case 'integer':
      return Number.isSafeInteger(value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'string':
      return typeof value === 'string';
  }
}

function isScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}
