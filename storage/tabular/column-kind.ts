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
  /** The same as a DOUBLE that may be NaN where the value is missing, where that is cheaper. */
  readonly asDouble?: string;
  /** A list of numbers: `expression` is its JSON text, this the list as FLOAT[]. */
  readonly asVector?: string;
}

export const PHYSICAL_TYPE: Readonly<Record<ValueKind, string>> = {
  number: 'DOUBLE',
  integer: 'BIGINT',
  boolean: 'BOOLEAN',
  string: 'VARCHAR',
  timestamp: 'TIMESTAMP',
};

const NUMBER_LIST = /^(FLOAT|DOUBLE|DECIMAL\(\d+,\d+\)|U?(TINY|SMALL|BIG)INT|U?INTEGER)\[\d*\]$/;
const BEYOND_BIGINT = /^(UBIGINT|U?HUGEINT)$/;
const INTEGER_TYPE = /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER)$/;

/**
 * Kind and conversion of a column of this DuckDB type. NaN and infinite times count as missing;
 * whole numbers beyond 64 bits are an error where they are stored, never rounded; lists, structures
 * and the like become their JSON text.
 */
export function sourceColumn(name: string, raw: string, type: string): SourceColumn {
  const decimal = /^DECIMAL\((\d+),(\d+)\)$/.exec(type);
  if (BEYOND_BIGINT.test(type)) {
    // A hash as a whole number: as a number of JavaScript it has 53 bits, as any other beyond them.
    const asDouble = `CAST(${raw} AS DOUBLE)`;
    return { name, kind: 'integer', expression: `CAST(${raw} AS BIGINT)`, asDouble };
  }
  if (INTEGER_TYPE.test(type) || (decimal?.[2] === '0' && Number(decimal[1]) <= 18)) {
    return { name, kind: 'integer', expression: `CAST(${raw} AS BIGINT)` };
  }
  if (decimal !== null) return { name, kind: 'number', expression: `CAST(${raw} AS DOUBLE)` };
  if (type === 'FLOAT' || type === 'DOUBLE') {
    const value = `CAST(${raw} AS DOUBLE)`;
    return {
      name,
      kind: 'number',
      expression: `CASE WHEN NOT isnan(${raw}) THEN ${value} END`,
      asDouble: value,
    };
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
    const text = { name, kind: 'string', expression: `CAST(to_json(${raw}) AS VARCHAR)` } as const;
    return NUMBER_LIST.test(type) ? { ...text, asVector: `CAST(${raw} AS FLOAT[])` } : text;
  }
  return { name, kind: 'string', expression: `CAST(${raw} AS VARCHAR)` };
}
