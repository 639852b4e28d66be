import type { Strategy, TrafficRoute } from './traffic.js';

/** One step of a canary; as they are written in `deploy`’s `steps:`. */
export type RolloutStep =
  | { readonly kind: 'setWeight'; readonly weightPercent: number }
  /** `null`: until a person resumes. */
  | { readonly kind: 'pause'; readonly durationMs: number | null }
  | { readonly kind: 'analyse'; readonly analysis: AnalysisSpec };

/** What one measurement of the arms says. */
export const ANALYSIS_VERDICTS = ['pass', 'fail', 'inconclusive', 'error', 'no-data'] as const;
export type AnalysisVerdict = (typeof ANALYSIS_VERDICTS)[number];

/** How a metric of the arms is judged. */
export interface MetricJudgement {
  /**
   * A metric with labels (`mae`, `f1`, …), `errorRate`, `latencyMs`, a business metric
   * (`business.revenue`), or `disagreement` of a shadow.
   */
  readonly metric: string;
  /**
   * `guardrail`: the challenger is not harmful, by an anytime-valid sequential test at `alpha`.
   * `nonInferiority`: it is worse by no more than `margin`. `superiority`: it is better (A/B).
   */
  readonly kind: 'guardrail' | 'nonInferiority' | 'superiority';
  readonly higherIsBetter: boolean;
  /** In the metric's own unit, or a share of the champion's value where `relative`. */
  readonly margin: number;
  readonly relative: boolean;
  /** In (0, 1). */
  readonly alpha: number;
}

/** When and how often arms are compared, and how many measurements may go wrong. */
export interface AnalysisSpec {
  readonly metrics: readonly MetricJudgement[];
  /** Rows that each arm needs before any verdict but `no-data`. */
  readonly minSamples: number;
  readonly initialDelayMs: number;
  readonly intervalMs: number;
  /** Looks that have to pass before the version goes on. */
  readonly count: number;
  /** The rollout fails with one more `fail`, `inconclusive` or, in a row, `error` than this. */
  readonly failureLimit: number;
  /** `null`: as many as it takes, until `count` or the time is up. */
  readonly inconclusiveLimit: number | null;
  readonly consecutiveErrorLimit: number;
  /** Longest time in all; then the last verdict decides, and only `pass` promotes. */
  readonly timeoutMs: number | null;
}

/** How a version comes into service: of a `deploy` step, or of `millrace deploy`. */
export interface RolloutSpec {
  readonly strategy: Strategy;
  /** Of a canary; the last step below 100 % still promotes when all of them passed. */
  readonly steps: readonly RolloutStep[];
  /** Of blue/green, shadow and A/B, which have one stretch of analysis; `null`: none. */
  readonly analysis: AnalysisSpec | null;
  /** Share of the challenger in an A/B test, in whole percent. */
  readonly splitPercent: number;
  readonly stickyBy: string | null;
  /** `null`: the rollout's id. */
  readonly seed: string | null;
  /** What a passed analysis comes to; `keep`: the champion stays, and a person decides. */
  readonly whenPassed: 'promote' | 'keep';
  /** Of blue/green: how long the version before is held ready after the switch. */
  readonly keepMs: number;
}

export interface ArmMeasurement {
  readonly version: number;
  readonly rows: number;
  readonly labelled: number;
  /** By metric; `null` where it is not defined yet. */
  readonly values: { readonly [metric: string]: number | null };
}

/** One look at the arms of a rollout. */
export interface RolloutMeasurement {
  /** Counts the looks of the rollout, from 1. */
  readonly number: number;
  /** Wall clock, RFC 3339. */
  readonly at: string;
  readonly verdict: AnalysisVerdict;
  /** One sentence with the numbers. */
  readonly reason: string;
  readonly champion: ArmMeasurement | null;
  readonly challenger: ArmMeasurement;
  readonly metrics: readonly {
    readonly metric: string;
    readonly verdict: AnalysisVerdict;
    /** Challenger − champion, with its anytime-valid interval. */
    readonly difference: number | null;
    readonly low: number | null;
    readonly high: number | null;
  }[];
}

export type RolloutStatus =
  | 'running'
  /** Waits for a person. */
  | 'paused'
  | 'promoted'
  /** Ended with the champion as it was: failed analysis, or nothing shown better. */
  | 'kept-champion'
  | 'aborted'
  /** A rollback overtook it. */
  | 'rolled-back'
  /** Another version came, or a person promoted one. */
  | 'superseded';

/** What a person may do to a rollout in flight. */
export const ROLLOUT_COMMANDS = ['pause', 'resume', 'abort'] as const;
export type RolloutCommand = (typeof ROLLOUT_COMMANDS)[number];

export interface RolloutCommandRequest {
  readonly requestId: string;
  readonly command: RolloutCommand;
  readonly actor: string;
  readonly reason: string;
  readonly asOf: string;
}

/** A rollout as the registry keeps it: what it is to do, where it stands, all that it saw. */
export interface Rollout {
  readonly model: string;
  /** The request's id. */
  readonly rolloutId: string;
  readonly from: number | null;
  readonly to: number;
  readonly spec: RolloutSpec;
  readonly status: RolloutStatus;
  /** Index into its stages (`stagesOf`); as many as there are once all were carried out. */
  readonly step: number;
  /** Why it is where it is, and what lets it go on. */
  readonly detail: string;
  readonly route: TrafficRoute | null;
  /** The newest ones, oldest first. */
  readonly measurements: readonly RolloutMeasurement[];
  /** Wall clock at which it goes on or looks again; `null`: it is at it now, or waits for a person. */
  readonly nextAt: string | null;
  /** Why the version was to come into service. */
  readonly reason: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
}
