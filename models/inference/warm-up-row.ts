import type { SignatureInput } from '../../contracts/index.js';
import type { InputRow, InputValue } from './input-row.js';

const NEUTRAL = { number: 0, integer: 0, boolean: false, string: '' } as const;

/** A row that every model of these inputs takes: missing where it may be, else neutral. */
export function warmUpRow(inputs: readonly SignatureInput[]): InputRow {
  const row: Record<string, InputValue> = {};
  for (const { name, kind, nullable } of inputs) row[name] = nullable ? null : NEUTRAL[kind];
  return row;
}
