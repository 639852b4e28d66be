import type { ValueKind } from '../../contracts/index.js';
import { literal } from './sql-text.js';

const TEXT_TIME =
  '\\d{4}-\\d{2}-\\d{2}([T ]\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,9})?)?)?\\s*(Z|[+-]\\d{2}(:?\\d{2})?)?';

/** What else than an empty cell stands for a missing value among numbers, booleans or times. */
export const MISSING_WORDS = ['', 'NA', 'N/A', '#N/A', 'NULL', 'NONE', 'NAT'];

/** SQL: text as a TIMESTAMP in UTC, NULL where it is none. Text without a zone is UTC. */
export function textAsTime(raw: string): string {
  return `CASE WHEN regexp_full_match(trim(${raw}), '${TEXT_TIME}')
    THEN CAST(TRY_CAST(trim(${raw}) AS TIMESTAMPTZ) AS TIMESTAMP) END`;
}

interface Reading {
  readonly kind: ValueKind;
  /** SQL: NULL where the text is none of this kind. */
  readonly fits: (raw: string) => string;
  /** SQL that converts text which is known to be of this kind, without looking at its form again. */
  readonly convert: (raw: string) => string;
}

const castTo = (type: string) => (raw: string) => `TRY_CAST(trim(${raw}) AS ${type})`;
const asInteger = castTo('BIGINT');
const asNumber = castTo('DOUBLE');
const asBoolean = (raw: string) =>
  `CASE lower(trim(${raw})) WHEN 'true' THEN true WHEN 'false' THEN false END`;

/**
 * Whole numbers. What has three digits and more and begins with 0 is a name that is written in digits,
 * such as a postal code: as a number it would be another one. 01 to 09 are months, days and hours.
 */
const WHOLE = '(\\d{1,2}|[1-9]\\d*)';

/** The kinds that text may turn out to be, narrowest first. */
const READINGS: readonly Reading[] = [
  {
    kind: 'integer',
    fits: (raw) =>
      `CASE WHEN regexp_full_match(trim(${raw}), '[+-]?${WHOLE}') THEN ${asInteger(raw)} END`,
    convert: asInteger,
  },
  {
    kind: 'number',
    fits: (raw) => `CASE WHEN regexp_full_match(trim(${raw}),
        '[+-]?(${WHOLE}|\\d+\\.\\d*|\\.\\d+)([eE][+-]?\\d+)?|(?i)[+-]?(nan|inf|infinity)')
      THEN ${asNumber(raw)} END`,
    convert: (raw) => `nullif(${asNumber(raw)}, 'NaN'::DOUBLE)`,
  },
  { kind: 'boolean', fits: asBoolean, convert: asBoolean },
  { kind: 'timestamp', fits: textAsTime, convert: textAsTime },
];

/** Kinds that text may turn out to be, by their number. */
export const ALL_READINGS: readonly number[] = READINGS.map((_, index) => index);

/**
 * SQL that counts, for a text column, its values and those that each of some kinds can hold. A word
 * for a missing value is no value there: a column of numbers and `NA` is one of numbers. Where a column
 * is of text it stays what it is, since NA may be Namibia.
 */
export function kindCounts(raw: string, readings: readonly number[]): readonly string[] {
  const words = MISSING_WORDS.map(literal).join(', ');
  return [
    `count(*) FILTER (upper(trim(${raw})) NOT IN (${words}))`,
    ...readings.map((index) => `count(${READINGS[index]?.fits(raw) ?? 'NULL'})`),
  ];
}

/**
 * Of these kinds, those that every value counted has.
 *
 * @param counts - what {@link kindCounts} gave for them, in its order
 */
export function fittingReadings(
  readings: readonly number[],
  [present = 0, ...fitting]: readonly number[],
): readonly number[] {
  return readings.filter((_, index) => fitting[index] === present);
}

/**
 * The narrowest kind that every value of a text column has; `string` where none has, or where the
 * column has no value but words for missing ones. The whole column decides, not a sample of it.
 *
 * @param counts - what {@link kindCounts} gave for the whole column and these kinds, in its order
 */
export function kindOfText(
  raw: string,
  readings: readonly number[],
  counts: readonly number[],
): { readonly kind: ValueKind; readonly expression: string } {
  const [narrowest] = fittingReadings(readings, counts);
  const reading = narrowest === undefined ? undefined : READINGS[narrowest];
  if (reading === undefined || counts[0] === 0) return { kind: 'string', expression: raw };
  return { kind: reading.kind, expression: reading.convert(raw) };
}
