import type {
  ArtifactRef,
  CalibrationMethod,
  FairnessMeasurement,
  MetricInterval,
  Metrics,
  SliceCondition,
  TimeWindow,
} from '../../../contracts/index.js';
import type { BiasBaseline } from '../performance/prediction-bias.js';

export const PROFILE_FORMAT = 'millrace-profile/1';

/** The measures that a monitor uses, and so a profile is calibrated for. */
export type CalibratedMeasure = 'kolmogorov-smirnov' | 'jensen-shannon';

/** A statistic's normal range: what the reference's own windows show against the rest of it. */
export interface Calibration {
  readonly measure: CalibratedMeasure;
  readonly method: CalibrationMethod;
  /** Windows that it was taken from. */
  readonly windows: number;
  /** Rows of the windows or resamples that it was taken at. */
  readonly rows: number;
  readonly mean: number;
  readonly standardDeviation: number;
  /** A statistic above this has left its normal range. */
  readonly threshold: number;
}

interface ColumnProfileBase {
  readonly name: string;
  /** Values that are there. */
  readonly rows: number;
  /** Share of rows without a value, in [0, 1]. */
  readonly missingShare: number;
  readonly calibrations: readonly Calibration[];
}

export interface NumericProfile extends ColumnProfileBase {
  readonly kind: 'numeric';
  /** ±∞ among the values: they count in bins and sample, not in the moments. */
  readonly infinite: number;
  /** Of the finite values; `null` where there is none. */
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  readonly standardDeviation: number | null;
  readonly skewness: number | null;
  /** Edges from the reference's quantiles, counts as `countBins` gives them; `null` when empty. */
  readonly bins: { readonly edges: readonly number[]; readonly counts: readonly number[] } | null;
  /**
   * Ascending, at most {@link SAMPLE_SIZE}. Every value where `exact`; else even quantiles, which
   * moves a distribution function by at most 1 / (2 · SAMPLE_SIZE) = 0.00025.
   */
  readonly sample: { readonly exact: boolean; readonly values: readonly number[] };
}

export interface CategoricalProfile extends ColumnProfileBase {
  readonly kind: 'categorical';
  /** Most frequent first, at most {@link TOP_CATEGORIES}. */
  readonly categories: readonly { readonly value: string; readonly rows: number }[];
  /** Rows of categories past those. */
  readonly otherRows: number;
  readonly distinct: number;
  /**
   * Largest share of a reference window whose category no earlier window had, in [0, 1]: a column
   * such as a season meets new values in its normal course. 0 without windows.
   */
  readonly newValueShare: number;
}

export type ColumnProfile = NumericProfile | CategoricalProfile;

/** What the model answered on the hold-out, a class that was right in it each. */
export type HoldoutAnswers = readonly {
  readonly label: string;
  readonly answers: readonly { readonly value: string; readonly rows: number }[];
}[];

/** What the model was worth on the rows of the hold-out that a slice names. */
export interface SliceBaseline {
  readonly where: readonly SliceCondition[];
  readonly metric: string;
  readonly rows: number;
  /** `null` where too few rows of the hold-out are in it. */
  readonly value: number | null;
  readonly interval: MetricInterval | null;
}

/** Answered and labelled rows of the hold-out, from which a metric is estimated without labels. */
export interface EstimateReference {
  readonly metric: string;
  /** Rows of the sample, in order of the hold-out. */
  readonly rows: number;
  /** Parquet; its columns are known to who reads it. */
  readonly sample: ArtifactRef;
  /** Of a regression: a `LossModel` as JSON. */
  readonly lossModel?: ArtifactRef;
}

/** How sure a classification was of its answers, a value a row. */
export interface ConfidenceProfiles {
  /** Probability of the likeliest class. */
  readonly confidence: ColumnProfile;
  /** Entropy of all classes in nats. */
  readonly uncertainty: ColumnProfile;
}

/** What a model's data looked like when it was registered. Stored as JSON with the version. */
export interface ReferenceProfile {
  readonly format: typeof PROFILE_FORMAT;
  readonly rows: number;
  /** First to last window that has rows; `null` where the data has no time. */
  readonly period: TimeWindow | null;
  readonly everyMs: number;
  readonly typicalWindowRows: number;
  readonly windows: readonly (TimeWindow & { readonly rows: number })[];
  readonly features: readonly ColumnProfile[];
  readonly prediction: ColumnProfile;
  readonly target: ColumnProfile;
  /** On the hold-out alone, a window a line: rows that the model learned from would flatter it. */
  readonly performance: readonly (TimeWindow & {
    readonly rows: number;
    readonly metrics: Metrics;
  })[];
  /** On the hold-out; absent without one, and in profiles of earlier releases. */
  readonly bias?: BiasBaseline;
  /** Of a classification; absent as `bias` is. */
  readonly answers?: HoldoutAnswers;
  /** Of a classification, on the hold-out where there is one; absent in earlier releases' profiles. */
  readonly confidence?: ConfidenceProfiles;
  /** Of the slices that the monitor had at registration; absent as `bias` is. */
  readonly slices?: readonly SliceBaseline[];
  /** Of the criteria that the monitor had at registration. */
  readonly fairness?: readonly FairnessMeasurement[];
  /** Where the monitor estimates performance. */
  readonly estimate?: EstimateReference;
}

export const SAMPLE_SIZE = 2_000;
export const TOP_CATEGORIES = 1_000;

/** Whether stored JSON is a profile of the format that this release reads. */
export function isReferenceProfile(value: unknown): value is ReferenceProfile {
  return (
    typeof value === 'object' &&
    value !== null &&
    'format' in value &&
    value.format === PROFILE_FORMAT
  );
}
