import type { DriftVerdict, TimeWindow } from './measurement.js';

/** One feature over the windows of a model, as `millrace monitor history NAME --feature F --json` prints it. */
export interface FeatureHistory {
  readonly name: string;
  readonly feature: string;
  /** Oldest first; those without histograms are left out. */
  readonly windows: readonly FeatureWindow[];
}

/** A feature in one window of one version, on the bins of that version's profile. */
export interface FeatureWindow {
  readonly window: TimeWindow;
  readonly version: number;
  readonly rows: number;
  readonly missing: number;
  readonly bins: FeatureBins;
  /** Rows per bin in the profile, and in the window. */
  readonly reference: readonly number[];
  readonly counts: readonly number[];
  /** Jensen–Shannon distance of the two; `null` where one of them has no value. */
  readonly distance: number | null;
  /** What the monitor found; `null` where the column's drift is not watched. */
  readonly verdict: DriftVerdict | null;
}

export type FeatureBins =
  /** The first count is below the first edge, the last above the last. */
  | { readonly of: 'numbers'; readonly edges: readonly number[] }
  /** The last count is of all others. */
  | { readonly of: 'categories'; readonly categories: readonly string[] };
