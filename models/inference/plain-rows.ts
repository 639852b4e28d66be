import type { ModelSignature, SignatureInput } from '../../contracts/index.js';
import type { InputRow, InputValue } from './input-row.js';

/** Largest magnitude that a float32 tensor carries. */
export const FLOAT32_MAX = 3.4028234663852886e38;

/**
 * The inputs of a row in which all is as it should be; `null` where anything is not, or may not be:
 * then the full check says what. Most rows are plain, and this is all that is done for them.
 *
 * @param contextFields - how many of the row's fields are context columns
 */
export function plainInputs(
  { inputs }: ModelSignature,
  fields: { readonly [name: string]: unknown },
  contextFields: number,
): InputRow | null {
  const read: Record<string, InputValue> = {};
  let found = contextFields;
  for (const input of inputs) {
    const value = fields[input.name];
    if (value === null || value === undefined || value === '') {
      if (!input.nullable || !isMissing(input, value)) return null;
      if (value !== undefined) found += 1;
      read[input.name] = null;
      continue;
    }
    if (!isPlain(input.kind, value)) return null;
    found += 1;
    read[input.name] = value as InputValue;
  }
  for (const _ in fields) found -= 1;
  // A field that is nobody's, or a value that came from elsewhere than the row itself.
  return found === 0 ? read : null;
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
