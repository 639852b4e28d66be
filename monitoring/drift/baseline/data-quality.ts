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

/** Limits of one column; those that are absent are of {@link QUALITY_LIMITS}. */
export interface ColumnLimits {
  /** Share of missing values above the reference's own. */
  readonly missing?: number;
  readonly outOfRange?: number;
  readonly unseen?: number;
}

/**
 * Checks one column of a window before any drift test: data that is broken says nothing of drift.
 *
 * The plausible range is the reference's, wider on both sides by twice its width or its largest
 * absolute value: season and growth stay inside, a sentinel such as −999 or a change of unit does
 * not. A constant reference knows no range. Unseen categories are allowed up to
 * {@link QUALITY_LIMITS} or one and a half times the most that one reference window brought; a limit
 * that was given stands as it is.
 *
 * @param current - `undefined` where the window has no such column
 * @returns every limit that was passed; empty where none was, or there is no row
 * @example
 * checkColumnQuality(profile, { kind: 'numeric', values: Float64Array.of(NaN, 1) });
 * // [{ column: 'a', check: 'missing-values', observed: 0.5, limit: 0.1 }]
 */
export function checkColumnQuality(
  profile: ColumnProfile,
  current: ColumnValues | undefined,
  limits: ColumnLimits = {},
): readonly QualityBreach[] {
  const column = profile.name;
  if (current === undefined || current.kind !== profile.kind) {
    return [{ column, check: 'missing-column', observed: 1, limit: 0 }];
  }
  const rows = current.values.length;
  if (rows === 0) return [];
  const { missing = QUALITY_LIMITS.missingSlack } = limits;
  const shares: QualityBreach[] = [
    {
      column,
      check: 'missing-values',
      observed: missingRows(current) / rows,
      limit: Math.min(1, profile.missingShare + missing),
    },
  ];
  if (profile.kind === 'numeric' && current.kind === 'numeric') {
    shares.push({
      column,
      check: 'out-of-range',
      observed: outOfRangeRows(profile, current.values) / rows,
      limit: limits.outOfRange ?? QUALITY_LIMITS.outOfRangeShare,
    });
  }
  if (profile.kind === 'categorical' && current.kind === 'categorical') {
    const inItsCourse = Math.min(1, 1.5 * profile.newValueShare);
    shares.push({
      column,
      check: 'unseen-values',
      observed: unseenRows(profile, current.values) / rows,
      limit: limits.unseen ?? Math.max(QUALITY_LIMITS.unseenShare, inItsCourse),
    });
  }
  return shares.filter(({ observed, limit }) => observed > limit);
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
