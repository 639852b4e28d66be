import { searchSorted } from '../samples/column-values.js';
import type { DataColumnProfile, DataProfile, NumericColumnProfile } from './data-profile.js';
import {
  isNumericProfile,
  orderedSample,
  profileColumn,
  profileValueRows,
} from './profile-queries.js';
import { slackBounds } from './slack-bounds.js';
import { LEAST_MOSTLY, mostlyFor, suggestBounds } from './suggest-expectations.js';
import type { Suggestion } from './suggestion.js';
import { sampleRows } from './weighted-sample.js';

/** What became of a suggestion on data that it was not made from. */
export type CheckedSuggestion =
  | { readonly outcome: 'kept' | 'loosened'; readonly suggestion: Suggestion }
  | { readonly outcome: 'dropped'; readonly suggestion: Suggestion; readonly reason: string };

/** A set that misses more of the hold-out than this is no set. */
const MOST_UNSEEN = 0.05;
/** Bounds that must grow to more than this many times their width hold nothing. */
const MOST_GROWTH = 3;

/**
 * Checks a suggestion on a hold-out: it is kept where that passes, loosened where a little room is
 * enough, else dropped with the reason.
 *
 * @param learned - profile of the rows that it was made from
 * @param holdout - profile of the rows that were held back
 */
export function checkSuggestion(
  suggestion: Suggestion,
  learned: DataProfile,
  holdout: DataProfile,
): readonly CheckedSuggestion[] {
  if (suggestion.type === 'row-count') return [{ outcome: 'kept', suggestion }];
  const column = profileColumn(holdout, suggestion.column);
  const before = profileColumn(learned, suggestion.column);
  if (column === undefined || before === undefined) {
    return [dropped(suggestion, 'the hold-out has no such column')];
  }
  switch (suggestion.type) {
    case 'exists':
      return [{ outcome: 'kept', suggestion }];
    case 'unique':
      return [checkUnique(suggestion, column)];
    case 'not-null':
      return [checkPresence(suggestion, column)];
    case 'in-set':
      return checkSet(suggestion, column, before);
    case 'between':
      return [checkBounds(suggestion, column, before)];
  }
}

function dropped(suggestion: Suggestion, reason: string): CheckedSuggestion {
  return { outcome: 'dropped', suggestion, reason };
}

function checkUnique(
  suggestion: Suggestion & { type: 'unique' },
  column: DataColumnProfile,
): CheckedSuggestion {
  const { count, exact } = column.distinct;
  if (!exact || count === profileValueRows(column)) return { outcome: 'kept', suggestion };
  return dropped(suggestion, 'the hold-out repeats values');
}

function checkPresence(
  suggestion: Suggestion & { type: 'not-null' },
  column: DataColumnProfile,
): CheckedSuggestion {
  const rows = profileValueRows(column) + column.missing;
  if (rows === 0 || 1 - column.missing / rows >= suggestion.mostly) {
    return { outcome: 'kept', suggestion };
  }
  const mostly = mostlyFor(column.missing, rows);
  if (mostly < LEAST_MOSTLY) return dropped(suggestion, 'the hold-out misses most values');
  return { outcome: 'loosened', suggestion: { ...suggestion, mostly } };
}

/** Numbers outside their set may still lie within bounds. */
function checkSet(
  suggestion: Suggestion & { type: 'in-set' },
  column: DataColumnProfile,
  before: DataColumnProfile,
): readonly CheckedSuggestion[] {
  const rows = profileValueRows(column);
  const known = new Set<string | number>(suggestion.values);
  const met = metValues(column);
  const unseen = met.values.filter(({ value }) => !known.has(value));
  const unseenRows = unseen.reduce((sum, value) => sum + value.rows, met.otherRows);
  if (rows === 0 || 1 - unseenRows / rows >= suggestion.mostly) {
    return [{ outcome: 'kept', suggestion }];
  }
  if (unseenRows / rows <= MOST_UNSEEN && met.otherRows === 0) {
    const values = [...suggestion.values, ...unseen.map(({ value }) => value)];
    const mostly = Math.min(suggestion.mostly, mostlyFor(unseenRows, rows));
    return [{ outcome: 'loosened', suggestion: { ...suggestion, values, mostly } }];
  }
  const instead = isNumericProfile(before) ? suggestBounds(before) : [];
  return [
    dropped(suggestion, `${percent(unseenRows / rows)} of the hold-out has other values`),
    ...instead.flatMap((bounds) =>
      bounds.type === 'between' ? [checkBounds(bounds, column, before)] : [],
    ),
  ];
}

function metValues(column: DataColumnProfile): {
  readonly values: readonly { readonly value: string | number; readonly rows: number }[];
  readonly otherRows: number;
} {
  if (!isNumericProfile(column)) {
    const { values, counts, otherRows } = column.categories;
    return { values: values.map((value, i) => ({ value, rows: counts[i] ?? 0 })), otherRows };
  }
  const { values, counts, rankError } = orderedSample(column);
  return {
    values: Array.from(values, (value, i) => ({ value, rows: counts[i] ?? 0 })),
    otherRows: rankError,
  };
}

function checkBounds(
  suggestion: Suggestion & { type: 'between' },
  column: DataColumnProfile,
  before: DataColumnProfile,
): CheckedSuggestion {
  if (!isNumericProfile(column) || !isNumericProfile(before)) {
    return dropped(suggestion, 'the hold-out has values of another kind');
  }
  const rows = profileValueRows(column);
  if (rows === 0) return { outcome: 'kept', suggestion };
  const { min, max } = before.moments;
  if (outside(column, min ?? 0, max ?? 0) > 0.5 * rows) {
    return dropped(suggestion, 'most of the hold-out lies beyond what came before: it moves on');
  }
  const beyond = outside(column, suggestion.min, suggestion.max);
  if (1 - beyond / rows >= suggestion.mostly) return { outcome: 'kept', suggestion };
  const wider = slackBounds(
    least(before.moments.min, column.moments.min, Math.min),
    least(before.moments.max, column.moments.max, Math.max),
    suggestion.kind,
  );
  const width = suggestion.max - suggestion.min;
  if (wider === null || wider.max - wider.min > MOST_GROWTH * width) {
    return dropped(suggestion, `${percent(beyond / rows)} of the hold-out lies far outside`);
  }
  const infinite = column.infinite.negative + column.infinite.positive;
  const mostly = Math.min(suggestion.mostly, mostlyFor(infinite, rows));
  if (mostly < LEAST_MOSTLY)
    return dropped(suggestion, 'the hold-out is infinite for the most part');
  return { outcome: 'loosened', suggestion: { ...suggestion, ...wider, mostly } };
}

/** Rows outside of [min, max], at most, by what the sample's error allows. */
function outside(column: NumericColumnProfile, min: number, max: number): number {
  const sample = orderedSample(column);
  const low = searchSorted(sample.values, min);
  const high = searchSorted(sample.values, max, true);
  let inside = 0;
  for (let i = low; i < high; i += 1) inside += sample.counts[i] ?? 0;
  const rows = sampleRows(sample);
  const all = (column.moments.min ?? 0) >= min && (column.moments.max ?? 0) <= max;
  // Where the extremes are inside, all finite values are, whatever the sketch says.
  if (all) return column.infinite.negative + column.infinite.positive;
  return Math.min(rows, rows - inside + 2 * sample.rankError);
}

function least(
  a: number | null,
  b: number | null,
  pick: (...values: number[]) => number,
): number | null {
  return a === null || b === null ? (a ?? b) : pick(a, b);
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(2))} %`;
}
