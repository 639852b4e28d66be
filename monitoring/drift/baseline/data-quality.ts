import type { QualityBreach } from '../../../contracts/index.js';
import type { ColumnValues } from '../samples/column-values.js';
import type { CategoricalProfile, ColumnProfile, NumericProfile } from './profile.js';

/** What a window may show beyond its reference before its data counts as broken. */
export const QUALITY_LIMITS = {
  /** Share of missing values above the reference's own. */
  missingSlack: 0.1,
  /** Share of numbers outside the plausible range, ±∞ among them. */
  outOfRangeShare: 0.02,
  /** Share of rows with a category that the reference never had. */
  unseenShare: 0.1,
} as const;

/**
 * Checks one column of a window before any drift test: data that is broken says nothing of drift.
 *
 * The plausible range is the reference's, wider on both sides by twice its width or its largest
 * absolute value: season and growth stay inside, a sentinel such as −999 or a change of unit does
 * not. A constant reference knows no range. Unseen categories are allowed up to
 * {@link QUALITY_LIMITS} or one and a half times the most that one reference window brought.
 *
 * @param current - `undefined` where the window has no such column
 * @returns the first breach, `null` where there is none or no row
 */
export function checkColumnQuality(
  profile: ColumnProfile,
  current: ColumnValues | undefined,
): QualityBreach | null {
  const column = profile.name;
  if (current === undefined || current.kind !== profile.kind) {
    return { column, check: 'missing-column', observed: 1, limit: 0 };
  }
  const rows = current.values.length;
  if (rows === 0) return null;
  const missing = missingRows(current) / rows;
  const missingLimit = Math.min(1, profile.missingShare + QUALITY_LIMITS.missingSlack);
  if (missing > missingLimit) {
    return { column, check: 'missing-values', observed: missing, limit: missingLimit };
  }
  if (profile.kind === 'numeric' && current.kind === 'numeric') {
    const limit = QUALITY_LIMITS.outOfRangeShare;
    const observed = outOfRangeRows(profile, current.values) / rows;
    return observed > limit ? { column, check: 'out-of-range', observed, limit } : null;
  }
  if (profile.kind === 'categorical' && current.kind === 'categorical') {
    const limit = Math.max(QUALITY_LIMITS.unseenShare, Math.min(1, 1.5 * profile.newValueShare));
    const observed = unseenRows(profile, current.values) / rows;
    return observed > limit ? { column, check: 'unseen-values', observed, limit } : null;
  }
  return null;
}

function missingRows(column: ColumnValues): number {
  let missing = 0;
  for (const value of column.values) {
    if (value === null || Number.isNaN(value)) missing += 1;
  }
  return missing;
}

function outOfRangeRows(profile: NumericProfile, values: Float64Array): number {
  const { min, max } = profile;
  if (min === null || max === null || min === max) {
    return profile.infinite > 0
      ? 0
      : values.filter((value) => Math.abs(value) === Number.POSITIVE_INFINITY).length;
  }
  const width = 2 * Math.max(max - min, Math.abs(min), Math.abs(max));
  let outside = 0;
  for (const value of values) {
    if (value < min - width || value > max + width) outside += 1;
  }
  return outside;
}

function unseenRows(profile: CategoricalProfile, values: readonly (string | null)[]): number {
  // Where only the most frequent are kept, a rare one cannot be told from a new one.
  if (profile.otherRows > 0) return 0;
  const known = new Set(profile.categories.map((category) => category.value));
  return values.filter((value) => value !== null && !known.has(value)).length;
}
