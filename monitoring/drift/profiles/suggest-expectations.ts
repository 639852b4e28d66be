import type {
  CategoricalColumnProfile,
  DataColumnProfile,
  DataProfile,
  NumericColumnProfile,
} from './data-profile.js';
import { isNumericProfile, profileValueRows } from './profile-queries.js';
import { slackBounds } from './slack-bounds.js';
import type { Suggestion } from './suggestion.js';

/** A set of categories is suggested for at most this many, of numbers for at most the second. */
const MOST_CATEGORIES = 50;
const MOST_NUMBERS = 10;
/** Each value of a set stands for at least this many rows: a set of singletons says nothing. */
const ROWS_PER_VALUE = 20;
/** Fewer rows than this say nothing of what the next ones will be. */
export const FEWEST_ROWS = 50;
/** A column that has fewer values than this share is not said to have any. */
export const LEAST_MOSTLY = 0.5;
/** Exceptions that are always allowed. */
const ALWAYS_ALLOWED = 0.001;

/**
 * What the next data of the same kind can be expected to keep to, with slack: shares allow for what
 * chance gives (three rows more than were seen, at least 0.1 %), bounds lie a quarter of the range
 * beyond the extremes.
 *
 * @param profile - of the part of the data that is learned from
 * @param time - the column by whose order rows come: it goes on beyond any bound
 */
export function suggestExpectations(
  profile: DataProfile,
  time: string | null = null,
): readonly Suggestion[] {
  return profile.columns.flatMap((column): readonly Suggestion[] => [
    { type: 'exists', column: column.name },
    ...(profile.rows < FEWEST_ROWS ? [] : suggestForValues(column, column.name === time)),
  ]);
}

function suggestForValues(column: DataColumnProfile, isTime: boolean): readonly Suggestion[] {
  const values = profileValueRows(column);
  return [
    ...suggestPresence(column, values),
    ...suggestUniqueness(column, values),
    ...(isTime || values < FEWEST_ROWS ? [] : suggestRange(column, values)),
  ];
}

function suggestPresence(column: DataColumnProfile, values: number): readonly Suggestion[] {
  const rows = values + column.missing;
  const mostly = mostlyFor(column.missing, rows);
  return mostly < LEAST_MOSTLY ? [] : [{ type: 'not-null', column: column.name, mostly }];
}

/** Keys are unique; measurements may be so by chance. */
function suggestUniqueness(column: DataColumnProfile, values: number): readonly Suggestion[] {
  const isKey =
    column.kind === 'integer' || column.kind === 'string' || column.kind === 'timestamp';
  // An estimate may be off by several standard errors: the data itself is asked in the end.
  const least = column.distinct.exact ? values : 0.9 * values;
  if (!isKey || values < FEWEST_ROWS || column.distinct.count < least) return [];
  return [{ type: 'unique', column: column.name }];
}

function suggestRange(column: DataColumnProfile, values: number): readonly Suggestion[] {
  if (!isNumericProfile(column)) return suggestCategories(column, values);
  const numbers = suggestNumbers(column, values);
  return numbers.length > 0 ? numbers : suggestBounds(column);
}

function suggestCategories(
  { name, kind, categories, distinct }: CategoricalColumnProfile,
  values: number,
): readonly Suggestion[] {
  // Both truth values are all that there can be.
  if (kind === 'boolean' || categories.undercount > 0) return [];
  if (distinct.count > MOST_CATEGORIES || distinct.count * ROWS_PER_VALUE > values) return [];
  // Shortened names are not what the data holds.
  if (categories.values.some((value) => value.includes('…#'))) return [];
  const seenOnce = categories.counts.filter((rows) => rows === 1).length;
  return [
    {
      type: 'in-set',
      column: name,
      values: categories.values,
      mostly: mostlyFor(seenOnce, values),
    },
  ];
}

function suggestNumbers(
  { name, kind, sample, infinite }: NumericColumnProfile,
  values: number,
): readonly Suggestion[] {
  const isCode = kind === 'integer' && sample.rankError === 0 && infinite.negative === 0;
  const size = sample.values.length;
  if (!isCode || size > MOST_NUMBERS || size * ROWS_PER_VALUE > values) return [];
  const seenOnce = sample.counts.filter((rows) => rows === 1).length;
  return [
    {
      type: 'in-set',
      column: name,
      values: Array.from(sample.values),
      mostly: mostlyFor(seenOnce, values),
    },
  ];
}

/** Bounds of the values of a column of numbers or times. */
export function suggestBounds(column: NumericColumnProfile): readonly Suggestion[] {
  const { name, kind, moments, infinite } = column;
  if (moments.rows < FEWEST_ROWS) return [];
  const bounds = slackBounds(moments.min, moments.max, kind);
  if (bounds === null) return [];
  const beyond = infinite.negative + infinite.positive;
  const mostly = mostlyFor(beyond, moments.rows + beyond);
  return mostly < LEAST_MOSTLY ? [] : [{ type: 'between', column: name, kind, ...bounds, mostly }];
}

/**
 * The share of rows that must be as expected, where `exceptions` of `rows` were not: twice their
 * share, and three rows that chance may bring (Hanley's rule of three), are allowed.
 *
 * @returns in [0, 1], a multiple of 0.001, rounded down
 * @example mostlyFor(0, 1000); // 0.997
 */
export function mostlyFor(exceptions: number, rows: number): number {
  if (rows === 0) return 0;
  const allowed = Math.max(ALWAYS_ALLOWED, (2 * exceptions + 3) / rows);
  // Rounded up first: 1 − 0.003 is 0.997, not the double below it.
  return Math.max(0, Math.floor(Number(((1 - allowed) * 1000).toFixed(6))) / 1000);
}
