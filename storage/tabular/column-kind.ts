import type { ValueKind } from '../../contracts/index.js';

/**
 * One column on its way in: the kind it has for millrace and the SQL that brings it to the one
 * physical type of that kind. A stored table knows five: DOUBLE, BIGINT, BOOLEAN, VARCHAR and
 * TIMESTAMP (microseconds, UTC).
 */
export interface SourceColumn {
  readonly name: string;
  readonly kind: ValueKind;
  /** SQL expression over the raw scan. */
  readonly expression: string;
}

export const PHYSICAL_TYPE: Readonly<Record<ValueKind, string>> = {
  number: 'DOUBLE',
  integer: 'BIGINT',
  boolean: 'BOOLEAN',
  string: 'VARCHAR',
  timestamp: 'TIMESTAMP',
};

const INTEGER_TYPE = /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER)$/;

/**
 * Kind and conversion of a column of this DuckDB type. NaN and infinite times count as missing;
 * whole numbers beyond 64 bits are an error when they are read, never rounded; lists, structures
 * and the like become their JSON text.
 */
export function sourceColumn(name: string, raw: string, type: string): SourceColumn {
  const decimal = /^DECIMAL\((\d+),(\d+)\)$/.exec(type);
  if (INTEGER_TYPE.test(type) || (decimal?.[2] === '0' && Number(decimal[1]) <= 18)) {
    return { name, kind: 'integer', expression: `CAST(${raw} AS BIGINT)` };
  }
  if (decimal !== null) return { name, kind: 'number', expression: `CAST(${raw} AS DOUBLE)` };
  if (type === 'FLOAT' || type === 'DOUBLE') {
    const value = `CAST(${raw} AS DOUBLE)`;
    return { name, kind: 'number', expression: `CASE WHEN NOT isnan(${raw}) THEN ${value} END` };
  }
  if (type === 'BOOLEAN') return { name, kind: 'boolean', expression: raw };
  if (type === 'DATE' || type.startsWith('TIMESTAMP')) {
    const value = `CAST(${raw} AS TIMESTAMP)`;
    return {
      name,
      kind: 'timestamp',
      expression: `CASE WHEN isfinite(${value}) THEN ${value} END`,
    };
  }
  if (type === 'JSON') return { name, kind: 'string', expression: `(${raw} ->> '$')` };
  if (/^(STRUCT|MAP|UNION)\b|\]$/.test(type)) {
    return { name, kind: 'string', expression: `CAST(to_json(${raw}) AS VARCHAR)` };
  }
  return { name, kind: 'string', expression: `CAST(${raw} AS VARCHAR)` };
}
