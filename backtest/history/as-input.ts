import type { LoggedInput } from '../../models/predictions/ports.js';
import type { Column } from '../../storage/tabular/table.js';

/** A column as the log of a gateway gives it for an input of this kind. */
export function asInput(column: Column, { name, kind }: LoggedInput): Column {
  if (kind === 'string') {
    if (column.kind === 'string') return { ...column, name };
    const text = column.kind === 'boolean' ? (value: number) => String(value !== 0) : String;
    const values = Array.from(column.values, (value) => (Number.isNaN(value) ? null : text(value)));
    return { name, kind, values };
  }
  if (column.kind !== 'string') return { ...column, name, kind };
  return { name, kind, values: Float64Array.from(column.values, (text) => numberIn(text, kind)) };
}

function numberIn(text: string | null, kind: LoggedInput['kind']): number {
  const plain = text?.trim() ?? '';
  if (kind === 'boolean' && /^(true|false)$/i.test(plain))
    return plain.toLowerCase() === 'true' ? 1 : 0;
  return plain === '' ? Number.NaN : Number(plain);
}
