import { MillraceError, parseEventTimeMs, type ValueKind } from '../../contracts/index.js';
import { literal, numberLiteral, timestampLiteral } from './sql-text.js';

const WANTED: Readonly<Record<ValueKind, string>> = {
  number: 'a number',
  integer: 'a number',
  boolean: 'true or false',
  string: 'text',
  timestamp: 'a time such as 2011-07-01T05:00:00Z',
};

/**
 * A value from a pipeline file as the SQL literal that a column of this kind is compared with.
 *
 * @throws MillraceError `InvalidInput` when the two cannot be compared
 * @example comparable('2011-07-01', { column: 'hour', kind: 'timestamp', path }); // make_timestamp(…)
 */
export function comparable(
  value: string | number | boolean,
  against: { readonly column: string; readonly kind: ValueKind; readonly path: string },
): string {
  switch (against.kind) {
    case 'number':
    case 'integer':
      if (typeof value === 'number' && Number.isFinite(value)) return numberLiteral(value);
      break;
    case 'boolean':
      if (typeof value === 'boolean') return String(value);
      break;
    case 'string':
      if (typeof value === 'string') return literal(value);
      break;
    case 'timestamp': {
      const ms = typeof value === 'string' ? parseEventTimeMs(value) : null;
      if (ms !== null) return timestampLiteral(ms);
      break;
    }
  }
  throw new MillraceError(
    'InvalidInput',
    `${against.path}: column "${against.column}" is of kind ${against.kind} and cannot be compared with ${JSON.stringify(value)}`,
    `give ${WANTED[against.kind]}`,
  );
}
