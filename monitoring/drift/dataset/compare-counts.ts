import type { ColumnShift } from '../../../contracts/index.js';
import { alignCounts } from '../samples/column-values.js';
import { poolRareCategories } from '../univariate/contingency-table.js';
import type { Measure } from '../univariate/measure.js';
import { findMeasure } from '../univariate/registry.js';
import { chooseMeasure } from './choose-measure.js';
import { constantNote, otherTestNote, unseenNote } from './column-notes.js';
import { type ColumnOptions, resolveColumnOptions } from './column-options.js';
import { shareShift } from './column-shift.js';
import {
  type ColumnIdentity,
  type ComparedColumn,
  unmeasuredColumn,
  whyTooFewRows,
} from './compared-column.js';
import { measuredColumn } from './measured-column.js';
import { chanceOfCounts } from './resampling/chance-of-counts.js';

type CountedIdentity = ColumnIdentity & { readonly kind: 'categorical' | 'boolean' | 'numeric' };

/**
 * Compares a column by the rows of each of its values: categories, booleans, numbers with few
 * distinct values.
 *
 * Without a named measure: chi-squared where three categories or more stand alone once rare ones are
 * pooled; else the two that are left, or the most frequent value against all others, by Fisher's
 * exact test or the z-test of shares ({@link chooseMeasure}).
 *
 * @param reference - value → rows; whole numbers
 * @param current - the same
 * @param shift - where another than the category that moved most is to be shown
 */
export function compareCounts(
  column: CountedIdentity,
  reference: ReadonlyMap<string, number>,
  current: ReadonlyMap<string, number>,
  options: ColumnOptions = {},
  shift: ColumnShift | null = shareShift(reference, current),
): ComparedColumn {
  const { measure: wanted, minRows, seed } = resolveColumnOptions(options);
  const counts = alignCounts(reference, current);
  const distinct = counts.reference.length;
  const refusal = wanted === null ? null : whyNotCounts(wanted, distinct);
  const taken =
    wanted !== null && refusal === null ? { measure: wanted, counts } : choose(column, counts);
  const { measure } = taken;
  const reason = whyTooFewRows(column, minRows);
  if (reason !== null) return unmeasuredColumn(column, measure.name, reason);
  const result = measure.onCounts?.(taken.counts.reference, taken.counts.current);
  if (result === undefined) throw new RangeError(`${measure.name} does not compare counts`);
  const notes = [
    wanted === null || refusal === null ? null : otherTestNote(wanted.name, refusal),
    constantNote(onlyKey(reference), onlyKey(current)),
    unseenNote(reference, current),
  ];
  const chance = (random: () => number) =>
    chanceOfCounts(measure, counts.reference, counts.current, 'categories', random);
  return measuredColumn(column, { measure, result, shift, notes }, chance, seed);
}

/** Why a measure cannot take counts of so many categories, or `null` where it can. */
function whyNotCounts(measure: Measure, distinct: number): string | null {
  if (!measure.kinds.includes('categorical') || measure.onCounts === undefined) {
    return 'does not compare categories';
  }
  if (measure.twoCategories && distinct > 2) return `takes two categories, not ${distinct}`;
  return null;
}

interface Counts {
  readonly reference: readonly number[];
  readonly current: readonly number[];
}

function choose(
  { kind, referenceRows, currentRows }: CountedIdentity,
  counts: Counts,
): { readonly measure: Measure; readonly counts: Counts } {
  const facts = { kind, referenceRows, currentRows };
  const pooled = poolOf(counts);
  const groups = pooled?.reference.length ?? 0;
  if (pooled !== null && groups > 2) {
    // By its own pooling chi-squared comes to the same categories; its effect is that of them all.
    const name = chooseMeasure({ ...facts, kind: 'categorical', distinct: groups });
    return { measure: findMeasure(name), counts };
  }
  const two = counts.reference.length <= 2 ? counts : groups === 2 ? pooled : againstRest(counts);
  const name = chooseMeasure({
    ...facts,
    distinct: 2,
    smallestExpected: two === null ? 0 : smallestExpected(two),
  });
  return { measure: findMeasure(name), counts: two ?? counts };
}

function poolOf(counts: Counts): Counts | null {
  const isEmpty = (side: readonly number[]) => side.every((rows) => rows === 0);
  if (isEmpty(counts.reference) || isEmpty(counts.current)) return null;
  return poolRareCategories(counts.reference, counts.current);
}

/** The most frequent category of both samples together, and all others as one. */
function againstRest({ reference, current }: Counts): Counts {
  let [top, most] = [0, -1];
  reference.forEach((rows, i) => {
    const both = rows + (current[i] ?? 0);
    if (both > most) [top, most] = [i, both];
  });
  const split = (side: readonly number[]) => {
    const first = side[top] ?? 0;
    return [first, side.reduce((sum, rows) => sum + rows, 0) - first];
  };
  return { reference: split(reference), current: split(current) };
}

function smallestExpected({ reference, current }: Counts): number {
  const sum = (side: readonly number[]) => side.reduce((total, rows) => total + rows, 0);
  const [m, n] = [sum(reference), sum(current)];
  const both = reference.map((rows, i) => rows + (current[i] ?? 0));
  return (Math.min(...both) * Math.min(m, n)) / (m + n);
}

function onlyKey(counts: ReadonlyMap<string, number>): string | null {
  if (counts.size !== 1) return null;
  const [only = null] = counts.keys();
  return only;
}
