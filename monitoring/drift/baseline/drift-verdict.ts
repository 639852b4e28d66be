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
  readonly alpha?: number;
}

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
  const drift: FeatureDrift = {
    verdict: share === null ? 'insufficient' : share > rules.shareOfColumns ? 'drift' : 'no-drift',
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
  // Without a p-value a range of the reference's own windows still says something, chance does not.
  const isSignificant =
    adjustedPValue === null ? draft.method === 'reference-windows' : adjustedPValue <= alpha;
  return isSignificant && statistic > threshold && statistic >= effect.threshold
    ? 'drift'
    : 'no-drift';
}
