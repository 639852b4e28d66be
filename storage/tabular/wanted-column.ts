import type { ValueKind } from '../../contracts/index.js';
import type { SourceColumn } from './column-kind.js';
import { identifier, literal } from './sql-text.js';
import { MISSING_WORDS, textAsTime } from './text-kind.js';

/** A column as a reader wants it, whatever kind the file has it as. */
export interface WantedColumn {
  readonly name: string;
  readonly kind: ValueKind;
  /** A row without a value is complained of. */
  readonly required: boolean;
}

/** What SQL makes of a column that is wanted as another kind. */
export interface Conversion {
  /** VARCHAR for text, DOUBLE for every other kind; NULL where the value is missing or does not fit. */
  readonly value: string;
  /** Why the row is not fit, NULL where it is. `null`: every row is. */
  readonly complaint: string | null;
}

/** Largest size of a number that models work with: they compute in 32-bit floats. */
const FLOAT32_MAX = 3.4028234663852886e38;

const NAMED: Readonly<Record<ValueKind, string>> = {
  number: 'a number',
  integer: 'an integer',
  boolean: 'true or false',
  string: 'text',
  timestamp: 'a time',
};

/** @param isText - the column is one of a CSV file: what is written there is text, whatever it reads as */
export function conversionOf(
  column: SourceColumn,
  wanted: WantedColumn,
  isText: boolean,
): Conversion {
  const written = isText ? `raw.${identifier(column.name)}` : column.expression;
  if (wanted.kind === 'string') {
    const text = `CAST(${written} AS VARCHAR)`;
    return { value: text, complaint: firstOf([missing(`coalesce(${text}, '') = ''`, wanted)]) };
  }
  const value = convert(column, wanted.kind);
  const unlike =
    column.kind === 'string'
      ? complain(
          `${value} IS NULL AND upper(trim(${column.expression})) NOT IN (${WORDS})`,
          wanted,
          column.expression,
          `is not ${NAMED[wanted.kind]}`,
        )
      : null;
  const limits = limitsOf(value, wanted);
  return {
    value,
    complaint: firstOf([unlike, missing(`${value} IS NULL`, wanted), ...limits]),
  };
}

const WORDS = MISSING_WORDS.map(literal).join(', ');

function convert({ kind, expression }: SourceColumn, wanted: ValueKind): string {
  if (kind === 'string') {
    if (wanted === 'timestamp') return `CAST(epoch_ms(${textAsTime(expression)}) AS DOUBLE)`;
    if (wanted !== 'boolean')
      return `nullif(TRY_CAST(trim(${expression}) AS DOUBLE), 'NaN'::DOUBLE)`;
    return `CASE lower(trim(${expression})) WHEN 'true' THEN 1.0 WHEN '1' THEN 1.0
      WHEN 'false' THEN 0.0 WHEN '0' THEN 0.0 END`;
  }
  if (kind === 'timestamp') return `CAST(epoch_ms(${expression}) AS DOUBLE)`;
  if (kind === 'boolean') return `CAST(CAST(${expression} AS TINYINT) AS DOUBLE)`;
  return `CAST(${expression} AS DOUBLE)`;
}

function limitsOf(value: string, wanted: WantedColumn): readonly (string | null)[] {
  switch (wanted.kind) {
    case 'number':
      return [
        complain(`abs(${value}) > ${FLOAT32_MAX}`, wanted, value, 'is out of range: up to ±3.4e38'),
      ];
    case 'integer':
      return [
        complain(`${value} <> floor(${value})`, wanted, value, 'is not an integer'),
        complain(
          `abs(${value}) > ${Number.MAX_SAFE_INTEGER}`,
          wanted,
          value,
          'is out of range: integers go up to ±9007199254740991',
        ),
      ];
    case 'boolean':
      return [complain(`${value} NOT IN (0, 1)`, wanted, value, 'is not true or false')];
    default:
      return [];
  }
}

function missing(condition: string, { name, kind, required }: WantedColumn): string | null {
  if (!required) return null;
  const text = literal(`${name} is missing; the model needs ${NAMED[kind]}`);
  return `WHEN ${condition} THEN ${text}`;
}

function complain(condition: string, { name }: WantedColumn, shown: string, what: string): string {
  const value = `left(CAST(${shown} AS VARCHAR), 40)`;
  return `WHEN ${condition} THEN ${literal(`${name}: `)} || ${value} || ${literal(` ${what}`)}`;
}

function firstOf(whens: readonly (string | null)[]): string | null {
  const given = whens.filter((when) => when !== null);
  return given.length === 0 ? null : given.join(' ');
}
