import type { ArtifactRef } from './artifact.js';
import type { CalibrationMethod, MetricInterval, TimeWindow } from './measurement.js';
import type { FairnessCriterionName } from './monitor-spec.js';

/** Parts of a window's measurement that are there only where they are watched. */

/** What a window was compared with, where that was not the champion's own profile. */
export interface ReferenceUsed {
  readonly kind: 'trailing' | 'sameSeason' | 'dataset';
  /** Event time that the rows were taken from; `null` for a data set. */
  readonly window: TimeWindow | null;
  readonly rows: number;
  /** SHA-256 of the data set's file; `null` otherwise. */
  readonly sha256: string | null;
  /** What is kept of a data set: it is profiled once. */
  readonly profile?: ArtifactRef;
}

/** Rows and labels that came after the window was first measured, and what they changed. */
export interface LateArrivals {
  readonly predictions: number;
  readonly labels: number;
  /** Times that the window was measured again because of them. */
  readonly corrections: number;
  /** Wall clock up to which arrivals are counted. */
  readonly countedUntil: string;
}

/** Rows of the window against the same hours of the week before; `null` parts are not known yet. */
export interface VolumeMeasurement {
  readonly rows: number;
  /** Mean of the earlier windows at the same place of the week. */
  readonly expected: number | null;
  /** rows / expected. */
  readonly ratio: number | null;
  /** Earlier windows that it is the mean of. */
  readonly windows: number;
  readonly verdict: 'low' | 'high' | 'normal' | 'insufficient';
  readonly below: number | null;
  readonly above: number | null;
}

export interface DuplicateMeasurement {
  /** Rows that equal an earlier one of the window in every input. */
  readonly rows: number;
  readonly share: number;
  readonly limit: number | null;
}

/** Of a classification: the probability of the predicted class, and the entropy of all. */
export interface ConfidenceDrift {
  readonly verdict: 'drift' | 'no-drift' | 'insufficient';
  /** Jensen–Shannon distance of the confidence; `null` when insufficient. */
  readonly distance: number | null;
  /** The same of the entropy, which is the uncertainty. */
  readonly uncertaintyDistance: number | null;
  readonly threshold: number;
  readonly meanConfidence: number | null;
  readonly meanUncertainty: number | null;
}

export interface MultivariateMeasurement {
  readonly method: string;
  readonly verdict: 'drift' | 'no-drift' | 'insufficient';
  /**
   * Of `pca-reconstruction` how far the error lies from the reference's, of `mixed-type-tabular` the
   * largest effect of a column; else the method's own.
   */
  readonly statistic: number | null;
  /** `null` where the p-value alone decides: the reference has too few windows. */
  readonly threshold: number | null;
  readonly pValue: number | null;
  /** Rows of the window that were compared. */
  readonly rows: number;
  readonly calibration?: MultivariateCalibration;
  /** What was left out, or why nothing can be said. */
  readonly note?: string;
}

/** Normal range of a method's statistic, found out once and kept for the windows after. */
export interface MultivariateCalibration {
  /** `resampled`: too few windows, and rows relabelled at random decide. */
  readonly method: CalibrationMethod;
  /** Windows of the reference that were compared with the rest of it. */
  readonly windows: number;
  /** Rows of each that were compared. */
  readonly rows: number;
  readonly threshold: number | null;
  /** SHA-256 of the reference, the method and its options: it holds for the same. */
  readonly of: string;
}

/** Performance without labels. It is invalid under concept drift, and says so when that is seen. */
export interface EstimateMeasurement {
  readonly method: 'confidence-based' | 'direct-loss';
  readonly metric: string;
  readonly verdict: 'lost' | 'kept' | 'insufficient';
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly baseline: number;
  /** Positive is worse; `null` when insufficient. */
  readonly relativeLoss: number | null;
  readonly threshold: number;
  readonly isValid: boolean;
  /** Why it should not be relied on, a sentence each; empty when valid. */
  readonly doubts: readonly string[];
}

export interface SliceMeasurement {
  readonly name: string;
  readonly rows: number;
  readonly labelledRows: number;
  readonly metric: string;
  /** `null` with too few labels. */
  readonly value: number | null;
  /** Of the same slice on the hold-out; `null` where it had too few rows. */
  readonly baseline: number | null;
  readonly relativeLoss: number | null;
  /** Absent where the rows allow none. */
  readonly interval?: MetricInterval;
  /** That chance alone made it worse; over all slices of the window by Benjamini–Hochberg. */
  readonly adjustedPValue?: number;
  /** `lost` needs both: worse beyond chance, and by more than `performance.worseThan`. */
  readonly verdict: 'lost' | 'kept' | 'insufficient';
}

export interface FairnessMeasurement {
  readonly column: string;
  readonly criterion: FairnessCriterionName;
  readonly verdict: 'fair' | 'unfair' | 'insufficient';
  readonly difference: number | null;
  readonly ratio: number | null;
  readonly lowest: string | null;
  readonly highest: string | null;
  readonly pValue: number | null;
  /** Which limit was passed, in words; `null` when fair. */
  readonly breach: string | null;
}

export interface OutlierMeasurement {
  readonly method: string;
  /** Rows of the window that were judged; of many, so many at even steps. */
  readonly rows: number;
  readonly share: number;
  /** The larger of `outliers.maxShare` and `usual`. */
  readonly limit: number;
  /** Up to where the share of one more window of the reference goes. */
  readonly usual?: OutlierRange;
  readonly verdict: 'high' | 'normal' | 'insufficient';
}

/** Features that were looked up, against what the offline source says of the same entity and time. */
export interface FeatureSkewMeasurement {
  /** The largest of a feature, in [0, 1]; `null` where nothing was looked up. */
  readonly share: number | null;
  /** Above it the verdict is `skew`. */
  readonly limit: number;
  readonly verdict: 'skew' | 'no-skew' | 'insufficient';
  /** The largest share first, at most ten. */
  readonly features: readonly FeatureSkew[];
  /** Why nothing could be compared. */
  readonly note?: string;
}

export interface FeatureSkew {
  readonly view: string;
  readonly feature: string;
  /** Values that were looked up, found or not. */
  readonly rows: number;
  /** Of these, those that differ from the source's. */
  readonly differing: number;
  /** Of these, those that the model lacked and the source has. */
  readonly missing: number;
  /** `differing / rows`; `null` without rows. */
  readonly share: number | null;
}

/** Found out once and kept for the windows after. */
export interface OutlierRange {
  /** `null` with fewer than 8 windows. */
  readonly share: number | null;
  /** Id of the reference: it holds for the same. */
  readonly of: string;
}

/** How the gateways did while the window's rows arrived, by the wall clock. */
export interface ServiceMeasurement {
  /** Wall clock that it is of. */
  readonly from: string;
  readonly to: string;
  readonly requests: number;
  readonly errors: number;
  /** Requests that were refused because the client erred; no error of the service. */
  readonly refused?: number;
  /** errors / requests, `null` without requests. */
  readonly errorShare: number | null;
  readonly latencyP50Ms: number | null;
  readonly latencyP95Ms: number | null;
  readonly latencyP99Ms: number | null;
  readonly requestsPerSecond: number | null;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Probes that were answered over those that were due; `null` without probes. */
  readonly uptimeShare: number | null;
  /** Largest of one gateway; 1 is a core fully used. */
  readonly cpuShare: number | null;
  readonly memoryBytes: number | null;
  /** What is past its threshold, a sentence each. */
  readonly breaches: readonly string[];
}

/** Where a second version answers the same rows without being served. */
export interface ShadowMeasurement {
  readonly version: number;
  readonly rows: number;
  /** Share of rows answered otherwise; of numbers, off by more than 1 % of their spread. */
  readonly disagreement: number;
}

/** Rows of each feature in a window on the bins of the version's profile: an artifact. */
export interface WindowHistograms {
  readonly window: TimeWindow;
  readonly version: number;
  readonly rows: number;
  /** The `ReferenceProfile` that has the bins and its own counts on them. */
  readonly profile: ArtifactRef;
  readonly features: readonly FeatureHistogram[];
}

export interface FeatureHistogram {
  readonly name: string;
  /**
   * Of numbers: as the profile's bins, the first below its range and the last above. Of categories:
   * its most frequent ones in its order, all others last. Without any value in the profile one count.
   */
  readonly counts: readonly number[];
  /** Rows without a value. */
  readonly missing: number;
}
