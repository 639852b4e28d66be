import type { ValueKind } from '../../contracts/index.js';

const TEXT_TIME =
  '\\d{4}-\\d{2}-\\d{2}([T ]\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,9})?)?)?\\s*(Z|[+-]\\d{2}(:?\\d{2})?)?';

/** SQL: text as a TIMESTAMP in UTC, NULL where it is none. Text without a zone is UTC. */
export function textAsTime(raw: string): string {
  return `CASE WHEN regexp_full_match(trim(${raw}), '${TEXT_TIME}')
    THEN CAST(TRY_CAST(trim(${raw}) AS TIMESTAMPTZ) AS TIMESTAMP) END`;
}

/** The kinds that text may turn out to be, narrowest first, each with its SQL, NULL where it is not. */
const READINGS: readonly { readonly kind: ValueKind; readonly sql: (raw: string) => string }[] = [
  {
    kind: 'integer',
    sql: (raw) => `CASE WHEN regexp_full_match(trim(${raw}), '[+-]?\\d+')
      THEN TRY_CAST(trim(${raw}) AS BIGINT) END`,
  },
  {
    kind: 'number',
    sql: (raw) => `CASE WHEN regexp_full_match(trim(${raw}),
        '[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?|(?i)[+-]?(nan|inf|infinity)')
      THEN TRY_CAST(trim(${raw}) AS DOUBLE) END`,
  },
  {
    kind: 'boolean',
    sql: (raw) => `CASE lower(trim(${raw})) WHEN 'true' THEN true WHEN 'false' THEN false END`,
  },
  { kind: 'timestamp', sql: textAsTime },
];

/** SQL that counts, for a text column, its values and those that each kind can hold. */
export function kindCounts(raw: string): readonly string[] {
  return [`count(${raw})`, ...READINGS.map(({ sql }) => `count(${sql(raw)})`)];
}

/**
 * The narrowest kind that every value of a text column has; `string` where none has, or where the
 * column has no value at all. The whole column decides, not a sample of it.
 *
 * @param counts - what {@link kindCounts} gave, in its order
 */
export function kindOfText(
  raw: string,
  counts: readonly number[],
): { readonly kind: ValueKind; readonly expression: string } {
  const [present = 0, ...fitting] = counts;
  const reading = READINGS.find((_, index) => present > 0 && fitting[index] === present);
  if (reading === undefined) return { kind: 'string', expression: raw };
  const value = reading.sql(raw);
  return {
    kind: reading.kind,
    expression: reading.kind === 'number' ? `nullif(${value}, 'NaN'::DOUBLE)` : value,
  };
}
