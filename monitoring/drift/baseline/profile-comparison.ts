import type { ColumnKind, ColumnValues } from '../samples/column-values.js';
import { countBins } from '../samples/quantile-bins.js';
import { chiSquared } from '../univariate/chi-squared.js';
import { poolRareCategories } from '../univariate/contingency-table.js';
import { jensenShannonDistance } from '../univariate/jensen-shannon.js';
import {
  kolmogorovSmirnovAgainstSorted,
  kolmogorovSmirnovPValue,
} from '../univariate/kolmogorov-smirnov.js';
import type {
  CalibratedMeasure,
  CategoricalProfile,
  ColumnProfile,
  NumericProfile,
} from './profile.js';

/** Which measure a monitor uses for which kind of feature. */
export const MONITOR_MEASURE: { readonly [kind in ColumnKind]: CalibratedMeasure } = {
  numeric: 'kolmogorov-smirnov',
  categorical: 'jensen-shannon',
};

/** The exact p-value costs rows × rows: past this many pairs a monitor takes the asymptotic one. */
const EXACT_PAIRS = 2e7;

export interface ProfileComparison {
  /** `null` where the column or the profile has no value. */
  readonly statistic: number | null;
  readonly pValue: number | null;
  /** Values that are there. */
  readonly rows: number;
}

/** Compares a window's column with its profile by {@link MONITOR_MEASURE}. One pass, no sorting. */
export function compareWithProfile(
  profile: ColumnProfile,
  current: ColumnValues | undefined,
): ProfileComparison {
  if (current === undefined || current.kind !== profile.kind) {
    return { statistic: null, pValue: null, rows: 0 };
  }
  return profile.kind === 'numeric'
    ? compareNumbers(profile, current.kind === 'numeric' ? current.values : new Float64Array())
    : compareCategories(profile, current.kind === 'categorical' ? current.values : []);
}

/**
 * Jensen–Shannon distance of a window's column from its profile, in the profile's bins or categories.
 */
export function distanceFromProfile(
  profile: ColumnProfile,
  current: ColumnValues,
): { readonly distance: number | null; readonly rows: number } {
  const counts = countsFor(profile, current);
  const rows = counts.current.reduce((a, b) => a + b, 0);
  if (rows === 0 || profile.rows === 0) return { distance: null, rows };
  return { distance: jensenShannonDistance(counts.reference, counts.current), rows };
}

function compareNumbers(profile: NumericProfile, values: Float64Array): ProfileComparison {
  const sample = Float64Array.from(profile.sample.values);
  const { statistic, rows } = kolmogorovSmirnovAgainstSorted(sample, values);
  if (statistic === null || sample.length === 0) return { statistic: null, pValue: null, rows };
  const method = profile.rows * rows <= EXACT_PAIRS ? 'auto' : 'asymptotic';
  const pValue = kolmogorovSmirnovPValue(statistic, profile.rows, rows, method);
  return { statistic, pValue, rows };
}

function compareCategories(
  profile: CategoricalProfile,
  values: readonly (string | null)[],
): ProfileComparison {
  const { reference, current } = categoryCounts(profile, values);
  const rows = current.reduce((a, b) => a + b, 0);
  if (rows === 0 || profile.rows === 0) return { statistic: null, pValue: null, rows };
  const pooled = poolRareCategories(reference, current);
  const { pValue } = chiSquared(pooled.reference, pooled.current);
  return { statistic: jensenShannonDistance(reference, current), pValue, rows };
}

function countsFor(
  profile: ColumnProfile,
  current: ColumnValues,
): { readonly reference: readonly number[]; readonly current: readonly number[] } {
  if (profile.kind === 'categorical') {
    return categoryCounts(profile, current.kind === 'categorical' ? current.values : []);
  }
  if (current.kind !== 'numeric' || profile.bins === null) return { reference: [], current: [] };
  return {
    reference: profile.bins.counts,
    current: Array.from(countBins(profile.bins.edges, current.values)),
  };
}

/** The last slot of both is for categories past those that the profile keeps, new ones included. */
function categoryCounts(
  profile: CategoricalProfile,
  values: readonly (string | null)[],
): { readonly reference: number[]; readonly current: number[] } {
  const indexOf = new Map(profile.categories.map((category, index) => [category.value, index]));
  const current = new Array<number>(profile.categories.length + 1).fill(0);
  for (const value of values) {
    if (value === null) continue;
    const slot = indexOf.get(value) ?? profile.categories.length;
    current[slot] = (current[slot] ?? 0) + 1;
  }
  const reference = [...profile.categories.map((category) => category.rows), profile.otherRows];
  return { reference, current };
}
