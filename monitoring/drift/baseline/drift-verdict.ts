import type { ColumnMeasurement, DriftVerdict, FeatureDrift } from '../../../contracts/index.js';
import type { ColumnValues } from '../samples/column-values.js';
import { benjaminiHochberg } from '../univariate/multiplicity.js';
import { findMeasure } from '../univariate/registry.js';
import { thresholdAt } from './calibration.js';
import type { ColumnProfile } from './profile.js';
import { compareWithProfile, MONITOR_MEASURE } from './profile-comparison.js';

/**
 * Smallest Kolmogorov–Smirnov statistic or Jensen–Shannon distance at which a monitor acts: twice
 * what a comparison of files reports, since a window in time is never an independent sample.
 */
export const MONITOR_SMALLEST_EFFECT = 0.1;

/** Level of the corrected p-values. */
export const DEFAULT_ALPHA = 0.05;

export interface DriftRules {
  /** Columns and windows with fewer values are `insufficient`. */
  readonly minRows: number;
  /** Drift when more than this share of the measured columns drifted, in [0, 1]. */
  readonly shareOfColumns: number;
  /** Drift also when any column that left its range lies further than this from the reference. */
  readonly distance?: number;
  readonly alpha?: number;
}

/** Columns past a distance that are named; the rest is in the details of the window. */
const MOST_NAMED = 10;

/** One column measured, before the p-values of all columns are corrected together. */
export type ColumnDraft = Omit<ColumnMeasurement, 'adjustedPValue' | 'verdict'>;

/**
 * Measures one column of a window against its profile: the Kolmogorov–Smirnov statistic for numbers,
 * the Jensen–Shannon distance (with the chi-squared p-value) for categories.
 *
 * @param current - `undefined` where the window has no such column
 */
export function measureColumn(
  profile: ColumnProfile,
  current: ColumnValues | undefined,
  minRows: number,
): ColumnDraft {
  const measure = findMeasure(MONITOR_MEASURE[profile.kind]);
  const calibration = profile.calibrations.find(({ measure: name }) => name === measure.name);
  const compared = compareWithProfile(profile, current);
  const isEnough = compared.rows >= minRows && profile.rows >= minRows && calibration !== undefined;
  const statistic = isEnough ? compared.statistic : null;
  return {
    name: profile.name,
    kind: profile.kind,
    test: measure.name,
    statistic,
    pValue: isEnough ? compared.pValue : null,
    threshold: calibration === undefined ? null : thresholdAt(calibration, compared.rows),
    method: calibration?.method ?? 'resampled',
    effect: { measure: measure.name, value: statistic, threshold: MONITOR_SMALLEST_EFFECT },
    referenceRows: profile.rows,
    currentRows: compared.rows,
  };
}

/**
 * Verdict on each column and on all of them.
 *
 * A column has drifted when its statistic has left its calibrated range **and** passes the smallest
 * effect that matters **and** its p-value after Benjamini–Hochberg is at most alpha. The p-value
 * alone decides nothing, because rows in time are no independent sample; but what chance explains is
 * no drift, and a range known from eight small windows is too narrow often enough.
 *
 * @param rows - rows of the window
 * @returns the columns in the order given; `insufficient` with too few rows or no measurable column
 */
export function decideDrift(
  drafts: readonly ColumnDraft[],
  rows: number,
  rules: DriftRules,
): { readonly columns: readonly ColumnMeasurement[]; readonly drift: FeatureDrift } {
  const alpha = rules.alpha ?? DEFAULT_ALPHA;
  const adjusted = benjaminiHochberg(drafts.map((draft) => draft.pValue));
  const columns = drafts.map((draft, i): ColumnMeasurement => {
    const adjustedPValue = adjusted[i] ?? null;
    const verdict = rows < rules.minRows ? 'insufficient' : judge(draft, adjustedPValue, alpha);
    return { ...draft, adjustedPValue, verdict };
  });
  const measured = columns.filter((column) => column.verdict !== 'insufficient');
  const driftedColumns = measured.filter((column) => column.verdict === 'drift');
  const share = measured.length === 0 ? null : driftedColumns.length / measured.length;
  const { distance } = rules;
  const far = distance === undefined ? [] : measured.filter((c) => isFurther(c, distance, alpha));
  const isPast = share !== null && (share > rules.shareOfColumns || far.length > 0);
  const drift: FeatureDrift = {
    verdict: share === null ? 'insufficient' : isPast ? 'drift' : 'no-drift',
    largestEffect: largestEffect(measured),
    ...(distance !== undefined && {
      furtherThan: { distance, columns: far.slice(0, MOST_NAMED).map(({ name }) => name) },
    }),
    share,
    threshold: rules.shareOfColumns,
    driftedColumns: driftedColumns.map((column) => column.name),
    measuredColumns: measured.length,
    method: columns.some((column) => column.method === 'resampled')
      ? 'resampled'
      : 'reference-windows',
  };
  return { columns, drift };
}

function judge(draft: ColumnDraft, adjustedPValue: number | null, alpha: number): DriftVerdict {
  const { statistic, threshold, effect } = draft;
  if (statistic === null || threshold === null) return 'insufficient';
  const isLarge = statistic >= effect.threshold;
  return isLarge && leftItsRange({ ...draft, adjustedPValue }, alpha) ? 'drift' : 'no-drift';
}

/** A distance alone says nothing: on small windows chance moves a column further than many limits. */
function isFurther(column: ColumnMeasurement, distance: number, alpha: number): boolean {
  return (column.effect.value ?? 0) > distance && leftItsRange(column, alpha);
}

function leftItsRange(
  {
    statistic,
    threshold,
    adjustedPValue,
    method,
  }: Pick<ColumnMeasurement, 'statistic' | 'threshold' | 'adjustedPValue' | 'method'>,
  alpha: number,
): boolean {
  if (statistic === null || threshold === null || statistic <= threshold) return false;
  // Without a p-value a range of the reference's own windows still says something, chance does not.
  return adjustedPValue === null ? method === 'reference-windows' : adjustedPValue <= alpha;
}

function largestEffect(
  measured: readonly ColumnMeasurement[],
): NonNullable<FeatureDrift['largestEffect']> | null {
  let largest: { readonly column: string; readonly value: number } | null = null;
  for (const { name, effect } of measured) {
    if (effect.value === null || effect.value <= (largest?.value ?? -1)) continue;
    largest = { column: name, value: effect.value };
  }
  return largest;
}
