import type { ConceptDriftSpec } from './concept-detector.js';
import type { Template } from './plan.js';

/** What a response may be. `hold`: nothing is retrained on the window, and a person decides. */
export const RESPONSE_ACTIONS = [
  'alert',
  'retrain',
  'rollback',
  'fallback',
  'impute',
  'quarantine',
  'askForLabels',
  'hold',
] as const;
export type ResponseAction = (typeof RESPONSE_ACTIONS)[number];

/**
 * How much may go wrong when millrace acts by itself. `low`: it acts. `medium`: it acts, tells, and
 * can be undone for a while. `high`: a person approves, and the version needs a complete model
 * card, a fairness check and an active monitor.
 */
export const RISK_CLASSES = ['low', 'medium', 'high'] as const;
export type RiskClass = (typeof RISK_CLASSES)[number];

/** `manual`: nothing by itself. `train`: it retrains, a person promotes. `full`: all of the policy. */
export const AUTOMATIONS = ['manual', 'train', 'full'] as const;
export type Automation = (typeof AUTOMATIONS)[number];

/** What follows a kind of verdict. */
export interface ResponseRule {
  readonly action: ResponseAction;
  /** Bare CEL over the measurements of the window; the action waits until it is true. */
  readonly when?: string;
  /** Absent: the monitor's own class. */
  readonly risk?: RiskClass;
  /** How long a `medium` action can be undone, by the wall clock. */
  readonly undoMs?: number;
  /** Channels that are told besides those of `notify`. */
  readonly notify?: readonly string[];
}
export type Response = ResponseAction | ResponseRule;

export function responseRule(response: Response): ResponseRule {
  return typeof response === 'string' ? { action: response } : response;
}

/** A response of the team's own: its verdict is `condition`, named by `name`. */
export interface ConditionSpec extends ResponseRule {
  readonly name: string;
  readonly when: string;
}

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

/** The rows that a retraining learns from. */
export type RetrainData =
  | { readonly kind: 'all' }
  | { readonly kind: 'trailing'; readonly lengthMs: number }
  /** Only what followed the change that the detector found; before any change as `all`. */
  | { readonly kind: 'afterCut' }
  /** Everything, rows before the cut with a weight below 1. */
  | { readonly kind: 'combined'; readonly oldWeight: number }
  /** After the cut; the present champion is kept as the fallback of its regime. */
  | { readonly kind: 'perRegime' };

export interface RetrainSpec {
  /** What a retraining run is given, over `window`, `trigger`, `data` and `params`. */
  readonly params: { readonly [name: string]: Template };
  readonly data?: RetrainData;
  /** Retrain once so many predictions came since the champion's training. */
  readonly newRows?: number;
  /** Retrain once so many labels came since the champion's training. */
  readonly newLabels?: number;
  /** Staleness backstop: retrain a champion that is older than this, by event time. */
  readonly maxAgeMs?: number;
  /** Retrain at every window that brought so many labels; starts from the champion where it can. */
  readonly continuous?: { readonly minLabels: number };
}

/** When a retrained version may follow the champion. */
export interface PromotionSpec {
  /** Not worse by more than this share of the champion's loss; absent: it must be better. */
  readonly margin?: number;
  /** Confidence of the interval of the paired difference, in (0.5, 1). Default 0.95. */
  readonly confidence?: number;
  /** Length of the older hold-out, before the recent one; absent: none is compared. */
  readonly olderMs?: number;
}

export interface QuietHours {
  /** Local times `HH:MM`; a range may cross midnight. */
  readonly from: string;
  readonly to: string;
  readonly timezone: string;
}

export interface GuardSpec {
  /** Act when `count` of the last `of` decided windows breached. */
  readonly breaches: { readonly count: number; readonly of: number };
  /** Event time between two automatic retrains. */
  readonly cooldownMs: number;
  readonly maxRetrains: { readonly count: number; readonly periodMs: number };
  /** Circuit breaker: hold automatic retrains after this many in a row that promoted nothing. */
  readonly stopAfterIneffective: number;
  /** A champion counts as freshly deployed for this many windows. */
  readonly postDeployWindows: number;
  /**
   * Hysteresis: once a kind breached it stays so until `count` of the last `of` windows were
   * clear of it. Absent: each window is judged by itself.
   */
  readonly exit?: { readonly count: number; readonly of: number };
  /** No automatic change begins in these hours of the wall clock; what was asked waits. */
  readonly quietHours?: QuietHours;
  /** Fewer new labelled rows than this hold a retrain. */
  readonly minLabels?: number;
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
  readonly service?: ServiceSpec;
  /** Absent: low. */
  readonly risk?: RiskClass;
  readonly review?: ReviewSpec;
  readonly notify?: readonly NotifySpec[];
  readonly respond: RespondSpec;
}

export interface RespondSpec {
  readonly dataDrift: Response;
  readonly performance: Response;
  readonly regressionAfterDeploy: Response;
  /** Labels moved while no loss is seen. Absent: alert. */
  readonly labelDrift?: Response;
  /** Predictions moved while no input did. Absent: alert. Never retrain. */
  readonly predictionDrift?: Response;
  /** Absent: hold. */
  readonly dataQuality?: Response;
  /** No data when data was due. Absent: alert. */
  readonly noData?: Response;
  /** Absent: alert. */
  readonly service?: Response;
  /** Absent: alert. */
  readonly fairness?: Response;
  /** Estimated performance is past its limit before labels tell. Absent: alert. */
  readonly estimatedLoss?: Response;
  /** Absent: alert. */
  readonly outliers?: Response;
  /** Signals that contradict each other. Absent: alert. */
  readonly unknown?: Response;
  /** Conditions of the team's own, first match. */
  readonly conditions?: readonly ConditionSpec[];
  /** Absent: full. */
  readonly automation?: Automation;
  readonly retrain: RetrainSpec;
  readonly promote?: PromotionSpec;
  readonly guards: GuardSpec;
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
