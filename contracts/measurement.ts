import type { ArtifactRef } from './artifact.js';
import type {
  ConfidenceDrift,
  DuplicateMeasurement,
  EstimateMeasurement,
  FairnessMeasurement,
  FeatureSkewMeasurement,
  LateArrivals,
  MultivariateMeasurement,
  OutlierMeasurement,
  ReferenceUsed,
  ServiceMeasurement,
  ShadowMeasurement,
  SliceMeasurement,
  VolumeMeasurement,
} from './window-statistics.js';

/** Half-open range of event time, RFC 3339 in UTC. */
export interface TimeWindow {
  readonly start: string;
  readonly end: string;
}

export function isTimeWindow(value: unknown): value is TimeWindow {
  if (typeof value !== 'object' || value === null) return false;
  const { start, end } = value as Partial<Record<keyof TimeWindow, unknown>>;
  return typeof start === 'string' && typeof end === 'string';
}

export type DriftVerdict = 'drift' | 'no-drift' | 'insufficient';

/** How a threshold came about: from the reference's own windows, or resampled for want of them. */
export type CalibrationMethod = 'reference-windows' | 'resampled';

/** One column against its reference. */
export interface ColumnMeasurement {
  readonly name: string;
  readonly kind: 'numeric' | 'categorical';
  readonly test: string;
  readonly statistic: number | null;
  readonly pValue: number | null;
  readonly adjustedPValue: number | null;
  /** The statistic above which the column has left its normal range. */
  readonly threshold: number | null;
  readonly method: CalibrationMethod;
  readonly effect: {
    readonly measure: string;
    readonly value: number | null;
    readonly threshold: number;
  };
  readonly verdict: DriftVerdict;
  readonly referenceRows: number;
  readonly currentRows: number;
}

export interface FeatureDrift {
  readonly verdict: DriftVerdict;
  /** Largest effect of a column, in its measure; absent in measurements of earlier releases. */
  readonly largestEffect?: { readonly column: string; readonly value: number } | null;
  /** Absent without such a limit. Columns that left their range and lie past it, at most ten. */
  readonly furtherThan?: { readonly distance: number; readonly columns: readonly string[] };
  /** Drifted columns over measured columns, in [0, 1]; `null` when insufficient. */
  readonly share: number | null;
  readonly threshold: number;
  readonly driftedColumns: readonly string[];
  readonly measuredColumns: number;
  readonly method: CalibrationMethod;
}

export interface QualityBreach {
  readonly column: string;
  readonly check:
    | 'missing-column'
    | 'wrong-type'
    | 'missing-values'
    | 'out-of-range'
    | 'unseen-values'
    | 'duplicate-rows'
    | 'low-volume'
    | 'high-volume';
  /** Share of rows, in [0, 1]. */
  readonly observed: number;
  readonly limit: number;
}

/**
 * Labels against the reference's. Whether the model answers each label as it did on the hold-out is
 * what can be seen of P(X | Y): `moved` where it does not, `unknown` where that cannot be told.
 */
export interface LabelDrift {
  readonly verdict: DriftVerdict;
  /** Jensen–Shannon distance; `null` when insufficient. */
  readonly distance: number | null;
  readonly threshold: number;
  readonly answersPerLabel: 'stable' | 'moved' | 'unknown';
}

/**
 * What a detector feeds on, a row: the absolute error over the mean one at registration, whether a
 * class is wrong, or whether a number is off by more than twice that mean.
 */
export type ErrorMeasure = 'relative-error' | 'wrong-class' | 'large-error';

/** What a detector says of the errors up to the end of a window. */
export interface ConceptDrift {
  readonly detector: string;
  readonly errors: ErrorMeasure;
  /** `drift`: errors rose, in this window or before, and have not come back since. */
  readonly verdict: DriftVerdict;
  /** Event time of the row at which the rise was found; `null` without one. */
  readonly driftAt: string | null;
  /** Event time of the first row after the change: where to cut the data. */
  readonly changedFrom: string | null;
  /** Mean error before and since the change; `null` without one. */
  readonly before: number | null;
  readonly since: number | null;
  /** Labelled rows of this window that the detector took. */
  readonly rows: number;
  /** Times that the detector said drift in this window, rise or fall. */
  readonly alarms: number;
  /** The detector's state after this window, from which the next one goes on. */
  readonly state: ArtifactRef;
}

/** An interval at the 95 % level; rows count as independent. */
export interface MetricInterval {
  readonly low: number;
  readonly high: number;
  readonly method: 'clopper-pearson' | 'bootstrap' | 'student-t';
}

/**
 * Whether predictions lie too high or too low, and how much they vary. Of two classes the prediction
 * is the probability of the second; of more there is none.
 */
export interface BiasMeasurement {
  readonly rows: number;
  /** Mean of prediction − label: above 0 the model predicts too much. */
  readonly bias: number;
  /** `null` with fewer than two rows. */
  readonly interval: MetricInterval | null;
  /** The bias on the hold-out; `null` for a version whose profile does not hold it. */
  readonly baseline: number | null;
  /** The interval does not hold the baseline (or 0). */
  readonly isBiased: boolean;
  readonly predictionVariance: number | null;
  readonly errorVariance: number | null;
  /** `predictionVariance` over that on the hold-out. */
  readonly varianceRatio: number | null;
}

/** One business metric over the predictions of a window that it was reported for. */
export interface BusinessSummary {
  /** Predictions with a value, at least 1. */
  readonly count: number;
  readonly sum: number;
  /** `sum / count`: per prediction that has a value. */
  readonly mean: number;
  /** Values that a later, different one replaced. */
  readonly replaced: number;
}

/** What users said of the predictions of a window. */
export interface FeedbackSummary {
  /** Predictions with any feedback, at least 1. */
  readonly count: number;
  /** `shareUp`: up over up and down, in [0, 1]; `null` without thumbs. */
  readonly thumbs: { readonly up: number; readonly down: number; readonly shareUp: number | null };
  /** `mean` is `null` without scores. */
  readonly score: { readonly count: number; readonly mean: number | null };
  /** Most frequent first. */
  readonly tags: readonly { readonly tag: string; readonly count: number }[];
  /** Predictions whose tag is not among `tags`. */
  readonly otherTags: number;
  /** Thumbs, scores and tags that a later, different one replaced. */
  readonly replaced: number;
}

/**
 * What was measured for one window and one served version. Small by construction: per-column
 * details are in the artifact `details`.
 */
export interface WindowMeasurement {
  readonly model: string;
  readonly version: number;
  readonly window: TimeWindow;
  readonly rows: number;
  readonly labelledRows: number;
  readonly profile: ArtifactRef;
  readonly quality: { readonly breaches: readonly QualityBreach[] };
  readonly featureDrift: FeatureDrift | null;
  readonly predictionDrift: {
    readonly verdict: DriftVerdict;
    readonly distance: number | null;
    readonly threshold: number;
  } | null;
  readonly performance: {
    readonly verdict: 'lost' | 'kept' | 'insufficient';
    readonly metric: string;
    readonly value: number | null;
    readonly baseline: number;
    /** Loss relative to the baseline, positive is worse; `null` when insufficient. */
    readonly relativeLoss: number | null;
    readonly threshold: number;
    /** Absent where the rows allow none. */
    readonly interval?: MetricInterval;
    /**
     * The worse end of what the hold-out's own windows show: within it nothing is lost, whatever
     * `threshold` says. Absent with fewer than four of them.
     */
    readonly usual?: { readonly limit: number; readonly windows: number };
  } | null;
  /** Only inside the post-deploy windows: the champion before this one, asked the same rows. */
  readonly previous: {
    readonly version: number;
    readonly value: number;
    /** The earlier version is better on these rows, beyond chance (paired, 95 %). */
    readonly better: boolean;
    /** Mean of (loss of this version − loss of the earlier one) with its 95 % interval. */
    readonly lossDifference: { readonly mean: number; readonly low: number; readonly high: number };
  } | null;
  /** Only inside the post-deploy windows: inputs against the last windows before the deploy. */
  readonly inputsSinceDeploy: FeatureDrift | null;
  readonly windowsSinceDeploy: number;
  /** Absent where it is not watched, as in all that follow. */
  readonly labelDrift?: LabelDrift;
  readonly concept?: ConceptDrift;
  /** Absent with fewer than `minRows` labels. */
  readonly bias?: BiasMeasurement;
  /** By the metric's name; absent where none was reported. */
  readonly business?: { readonly [name: string]: BusinessSummary };
  /** Absent where nobody said anything. */
  readonly feedback?: FeedbackSummary;
  /** Absent: the champion's profile. */
  readonly reference?: ReferenceUsed;
  /** Wall clock at which its rows were read; absent in a backtest. */
  readonly measuredAt?: string;
  readonly late?: LateArrivals;
  /** Labels that a later, different one of the same prediction replaced. */
  readonly replacedLabels?: number;
  /**
   * Labels that cannot be the model's: no number of a regression, which counts as not come; none of
   * the classes, which counts as answered wrongly.
   */
  readonly unusableLabels?: number;
  readonly volume?: VolumeMeasurement;
  readonly duplicates?: DuplicateMeasurement;
  readonly confidenceDrift?: ConfidenceDrift;
  readonly multivariateDrift?: MultivariateMeasurement;
  readonly estimate?: EstimateMeasurement;
  readonly slices?: readonly SliceMeasurement[];
  readonly fairness?: readonly FairnessMeasurement[];
  readonly outliers?: OutlierMeasurement;
  readonly featureSkew?: FeatureSkewMeasurement;
  readonly service?: ServiceMeasurement;
  readonly shadow?: ShadowMeasurement;
  /** Counts per feature on the reference's bins: `WindowHistograms`. */
  readonly histograms?: ArtifactRef;
  readonly details: ArtifactRef | null;
}
