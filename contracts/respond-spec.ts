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
  readonly featureSkew?: Response;
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
