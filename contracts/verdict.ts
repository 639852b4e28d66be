import type { TimeWindow, WindowMeasurement } from './measurement.js';
import type { ResponseAction, RiskClass } from './respond-spec.js';

export const VERDICT_KINDS = [
  'ok',
  'insufficient',
  'no-data',
  'data-quality-break',
  'regression-after-deploy',
  'prediction-drift',
  'service-degraded',
  'feature-skew',
  'label-drift',
  'concept-drift',
  'fairness-breach',
  'data-drift',
  'estimated-loss',
  'outliers',
  'condition',
  'unknown',
] as const;
export type VerdictKind = (typeof VERDICT_KINDS)[number];

/** What an earlier window of the same version was found to be. */
export interface RecentWindow {
  readonly version: number;
  readonly kinds: readonly VerdictKind[];
  /** Names of the team's own conditions that held. */
  readonly conditions?: readonly string[];
}

/** What the policy made of a window. */
export interface Verdict {
  readonly kind: VerdictKind;
  /** Rule of the response policy that matched, 1–6; `null` for `ok`, `insufficient`, `condition`. */
  readonly rule: 1 | 2 | 3 | 4 | 5 | 6 | null;
  /** What the configured policy asks for, once enough windows agree. */
  readonly action: ResponseAction | 'none';
  /** Breaching windows of this kind among the last `of`. */
  readonly breaches: { readonly seen: number; readonly needed: number; readonly of: number };
  /** One sentence with the numbers in it. */
  readonly reason: string;
  /** Of a silence: the wall clock since which no row came. It is no window of the stream. */
  readonly silentSince?: string;
  /** Every kind that the window matched, in the order of the rules; the first is `kind`. */
  readonly matched?: readonly VerdictKind[];
  /** Name of the condition of the team's own that decided. */
  readonly condition?: string;
  /** Names of all of the team's own conditions that held. */
  readonly conditions?: readonly string[];
  readonly risk?: RiskClass;
  readonly undoMs?: number;
  /** Channels of this response besides the monitor's own. */
  readonly notify?: readonly string[];
  /** What keeps the configured action back here, and what would release it. */
  readonly held?: {
    readonly guard: 'breaches' | 'condition' | 'hysteresis' | 'tolerance';
    readonly detail: string;
  };
}

/** What came since the champion was trained. */
export interface ChampionStanding {
  /** Event time up to which it learned. */
  readonly trainedTo: string;
  readonly newRows: number;
  readonly newLabels: number;
}

/** A verdict as it is kept: with its window and what came of it. */
export interface MonitorDecision {
  readonly model: string;
  readonly version: number;
  readonly window: TimeWindow;
  readonly verdict: Verdict;
  /** Signalled to `manageModel`; `null`: nothing was. */
  readonly signalled: Exclude<ResponseAction, 'alert' | 'hold'> | null;
  readonly decidedAt: string;
  /** What the verdict was made from besides the measurement: enough to make it again. */
  readonly basis?: {
    readonly recent: readonly RecentWindow[];
    /** SHA-256 of the canonical JSON of the measurement that was judged. */
    readonly measurementSha256: string;
    /** What was judged, since late rows may correct what is kept of the window. */
    readonly measurement?: WindowMeasurement;
    /** Version whose monitor block judged; absent: the decision's own. */
    readonly policyVersion?: number;
    /** Where the monitor counts what came since the champion's training. */
    readonly standing?: ChampionStanding;
  };
}

/** How a decision is named on the command line: `bikes@2011-08-08T00:00:00Z`. */
export function decisionName({ model, window }: Pick<MonitorDecision, 'model' | 'window'>): string {
  return `${model}@${window.end}`;
}
