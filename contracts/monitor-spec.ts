import type { ConceptDriftSpec } from './concept-detector.js';
import type { RespondSpec, RiskClass } from './respond-spec.js';

/** What live windows are compared with; absent: the champion's profile from its registration. */
export type ReferenceSpec =
  /** The windows before the present one, as far back as this. */
  | { readonly kind: 'trailing'; readonly lengthMs: number }
  /** The windows that lie this far back, as 365 days for the same season. */
  | { readonly kind: 'sameSeason'; readonly lagMs: number }
  /** A file with the model's inputs (and prediction or target where it has them), by its path. */
  | { readonly kind: 'dataset'; readonly path: string };

/** Limits of data quality, all shares in [0, 1]; absent ones have the documented defaults. */
export interface QualitySpec {
  /** More missing values than the reference by this share of rows. Default 0.1. */
  readonly missing?: number;
  /** Numbers outside the plausible range. Default 0.02. */
  readonly outOfRange?: number;
  /** Categories that the reference never had. Default 0.1. */
  readonly unseen?: number;
  /** Rows that equal another of the window in every input. Absent: counted, never a breach. */
  readonly duplicates?: number;
  /** Per column, before the limits above. */
  readonly columns?: {
    readonly [name: string]: Pick<QualitySpec, 'missing' | 'outOfRange' | 'unseen'>;
  };
  /** Rows of a window over those of the same hours of the week before: outside is a breach. */
  readonly volume?: { readonly below?: number; readonly above?: number };
}

/** Methods that compare all inputs together, by the names of `millrace drift --multivariate`. */
export const MONITORED_MULTIVARIATE_METHODS = [
  'pca-reconstruction',
  'mmd',
  'lsdd',
  'mixed-type-tabular',
  'domain-classifier',
  'learned-kernel-mmd',
  'spot-the-diff',
] as const;
export type MonitoredMultivariateMethod = (typeof MONITORED_MULTIVARIATE_METHODS)[number];

export interface MultivariateSpec {
  readonly method: MonitoredMultivariateMethod;
  readonly options: { readonly [option: string]: number | boolean | string | null };
}

export interface SliceSpec {
  readonly name: string;
  /** Column = one of the values, or a numeric range `[from, to)`; all must hold. */
  readonly where: readonly SliceCondition[];
}
export type SliceCondition =
  | { readonly column: string; readonly values: readonly (string | number | boolean)[] }
  | { readonly column: string; readonly from?: number; readonly to?: number };

/** The newest ready version above the champion that takes the same inputs is asked, where one is. */
export interface ShadowSpec {
  /** Rows of a window that it is asked; of more, so many at even steps. Default 10,000. */
  readonly maxRows?: number;
}

/** Groups of a column are to be treated alike by one criterion of the library. */
export interface FairnessSpec {
  /** Input or context column that names the group. */
  readonly column: string;
  readonly criterion: FairnessCriterionName;
  /** Largest difference of rates that is no breach, in [0, 1]. Default 0.1. */
  readonly maxDifference?: number;
  /** Least ratio of rates that is no breach, in [0, 1]; 0.8 is the four-fifths rule. */
  readonly minRatio?: number;
  /** The class that counts as favourable; absent: the second. */
  readonly positive?: string | number | boolean;
}
export const FAIRNESS_CRITERIA = [
  'demographicParity',
  'equalOpportunity',
  'equalisedOdds',
] as const;
export type FairnessCriterionName = (typeof FAIRNESS_CRITERIA)[number];

/** Thresholds of service health; absent ones are measured and never a breach. */
export interface ServiceSpec {
  readonly latencyP99Ms?: number;
  /** Failed requests over all, in [0, 1]. */
  readonly errorShare?: number;
  /** Probes answered over all, in [0, 1]: below is a breach. */
  readonly uptimeShare?: number;
  /** Of one core: 1 is a core fully used. */
  readonly cpuShare?: number;
  readonly memoryBytes?: number;
}

/** Low-confidence predictions that a person is asked about. */
export interface ReviewSpec {
  /** Of the predicted class, in (0, 1]; absent: the least confident whatever they are. */
  readonly confidenceBelow?: number;
  /** Most items a window. */
  readonly perWindow: number;
}

export type Severity = 'info' | 'warning' | 'critical';

/** Who is told; channels are set up on the installation, by name. */
export interface NotifySpec {
  readonly channel: string;
  /** Least severity. Default warning. */
  readonly severity?: Severity;
  /** An open incident is told again after this long. */
  readonly repeatMs?: number;
}

/** How far what was served may be from what was trained on. */
export interface FeatureSkewSpec {
  /** Share of the looked-up values of a feature that may differ, in [0, 1]. */
  readonly maxShare: number;
  /** Numbers that differ by no more than this share of the larger one are equal. */
  readonly tolerance: number;
}

export interface MonitorSpec {
  /** Name of the column that carries event time. */
  readonly timeColumn: string;
  readonly window: {
    readonly everyMs: number;
    /** Sliding: a window of `everyMs` ends each so much. Absent: tumbling. */
    readonly slideMs?: number;
    /** A window ends once it has so many rows; `everyMs` then only parts the reference. */
    readonly rows?: number;
    /** Fewer rows give the verdict `insufficient`. */
    readonly minRows: number;
    readonly allowedLatenessMs: number;
    /** A window also closes when no new row came for this long on the wall clock. */
    readonly idleTimeoutMs: number;
  };
  readonly labels: { readonly delayMs: number };
  readonly reference?: ReferenceSpec;
  readonly quality?: QualitySpec;
  /** Data is due: an alarm when none came for this long on the wall clock. */
  readonly freshness?: { readonly maxSilenceMs: number };
  /** Columns that the prediction log masks: nothing of them is watched. */
  readonly masked?: readonly string[];
  readonly drift: {
    /** Drift when more than this share of the columns drifted, in [0, 1]. */
    readonly features: {
      readonly shareOfColumns: number;
      /** Any column further than this from the reference is a drift of the data set. */
      readonly distance?: number;
      /** Absent: every input. */
      readonly columns?: readonly string[];
    } | null;
    /** Drift when predictions moved further than this Jensen–Shannon distance, in [0, √ln 2]. */
    readonly predictions: { readonly distance: number } | null;
    /** Confidence and uncertainty of a classification. Absent: not watched. */
    readonly confidence?: { readonly distance: number };
    /** All inputs together. Absent: not watched. */
    readonly multivariate?: MultivariateSpec;
    /** Drift when labels moved further than this Jensen–Shannon distance. Absent: not watched. */
    readonly labels?: { readonly distance: number };
    /** A detector over the errors of the labelled rows. Absent: not watched. */
    readonly concept?: ConceptDriftSpec;
  };
  readonly performance: {
    readonly metric: string;
    /** Relative loss against the baseline beyond which performance is lost: 0.1 is 10 %. */
    readonly worseThanShare: number;
  } | null;
  /** Performance before labels come: CBPE for classes, DLE for numbers. Absent: not estimated. */
  readonly estimate?: { readonly metric: string; readonly worseThanShare: number };
  /** At most 100. */
  readonly slices?: readonly SliceSpec[];
  readonly fairness?: readonly FairnessSpec[];
  /** A newer version answers rows of each window beside the champion. Absent: none is asked. */
  readonly shadow?: ShadowSpec;
  readonly outliers?: { readonly maxShare: number };
  /** Looked-up features against the offline source. Absent: they are not compared. */
  readonly featureSkew?: FeatureSkewSpec;
  readonly service?: ServiceSpec;
  /** Absent: low. */
  readonly risk?: RiskClass;
  readonly review?: ReviewSpec;
  readonly notify?: readonly NotifySpec[];
  readonly respond: RespondSpec;
}

/** Whether a window is decided only once its labels have come: something of them is watched. */
export function watchesLabels({ performance, drift, slices, fairness }: MonitorSpec): boolean {
  return (
    performance !== null ||
    drift.labels !== undefined ||
    drift.concept !== undefined ||
    (slices?.length ?? 0) > 0 ||
    // What shares of favourable answers are asks for no label.
    fairness?.some(({ criterion }) => criterion !== 'demographicParity') === true
  );
}
