import { zTestOfProportions } from '../univariate/z-test.js';
import type { ColumnRows } from './compared-column.js';

/** A share of missing values that moved by less, or that chance explains, is not worth a note. */
const MISSING_CHANGE = 0.05;
const MISSING_ALPHA = 0.01;

/**
 * What is said of a column whose share of missing values moved: no verdict is taken from it (that is
 * for the checks of data quality), since tests see the values that are there.
 */
export function missingNote(rows: ColumnRows): string | null {
  const { referenceRows, currentRows, referenceMissing, currentMissing } = rows;
  const [m, n] = [referenceRows + referenceMissing, currentRows + currentMissing];
  if (m === 0 || n === 0) return null;
  const [before, now] = [referenceMissing / m, currentMissing / n];
  if (Math.abs(now - before) < MISSING_CHANGE) return null;
  const { pValue } = zTestOfProportions(
    [referenceRows, referenceMissing],
    [currentRows, currentMissing],
  );
  if (pValue === null || pValue > MISSING_ALPHA) return null;
  return `${percent(before)} of the reference's values are missing, ${percent(now)} of the current ones`;
}

/**
 * What is said of a column with a single value on a side.
 *
 * @param reference - the side's only value, `null` where it has more
 */
export function constantNote(reference: string | null, current: string | null): string | null {
  if (reference === null) {
    return current === null ? null : `every current value is ${current}`;
  }
  if (current === null) return `every value of the reference is ${reference}`;
  return reference === current
    ? `every value on both sides is ${reference}`
    : `every value of the reference is ${reference}, every current one ${current}`;
}

/** What is said of infinite values: tests of order keep them at the ends, others leave them out. */
export function infiniteNote(reference: number, current: number): string | null {
  if (reference + current === 0) return null;
  return `infinite values: ${reference} in the reference, ${current} in the current data`;
}

/** What is said of categories that the reference never had. */
export function unseenNote(
  reference: ReadonlyMap<string, number>,
  current: ReadonlyMap<string, number>,
): string | null {
  let [unseen, all, categories, most] = [0, 0, 0, 0];
  let name = '';
  for (const [category, rows] of current) {
    all += rows;
    if (reference.has(category)) continue;
    unseen += rows;
    categories += 1;
    if (rows > most) [most, name] = [rows, category];
  }
  if (unseen === 0) return null;
  const which = categories === 1 ? `'${name}'` : `${categories} of them, '${name}' most often`;
  return `${percent(unseen / all)} of the current values were never in the reference (${which})`;
}

/** What is said where the measure asked for cannot take a column. */
export function otherTestNote(wanted: string, reason: string): string {
  return `${wanted} ${reason}: compared by the automatic choice`;
}

/**
 * A share with two digits, or with as many as it takes not to call nearly all all.
 *
 * @example percent(0.123); // '12 %'
 * @example percent(0.9967); // '99.7 %'
 */
export function percent(share: number): string {
  const value = share * 100;
  if (value >= 99.5 && value < 100) {
    const digits = Math.ceil(-Math.log10(100 - value) - 1e-6);
    return `${value.toFixed(Math.min(digits, 12))} %`;
  }
  return `${value > 0 && value < 9.95 ? value.toPrecision(2) : value.toFixed(0)} %`;
}
