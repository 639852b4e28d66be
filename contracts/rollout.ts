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
   * A metric with labels (`mae`, `accuracy`, …), `errorRate`, `latencyMs`, a business metric
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
  /** Measurements in all; `null`: until a verdict is final. */
  readonly count: number | null;
  /** The rollout fails with one more `fail`, `inconclusive` or, in a row, `error` than this. */
  readonly failureLimit: number;
  readonly inconclusiveLimit: number;
  readonly consecutiveErrorLimit: number;
  /** Longest time in all; then what was found so far decides. */
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
  readonly seed: string;
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
  | 'rolled-back';

/** A rollout as the registry keeps it: what it is to do, where it stands, all that it saw. */
export interface Rollout {
  readonly model: string;
  /** The request's id. */
  readonly rolloutId: string;
  readonly from: number | null;
  readonly to: number;
  readonly spec: RolloutSpec;
  readonly status: RolloutStatus;
  /** Index of the step that is carried out; `steps.length` once all are. */
  readonly step: number;
  /** Why it is where it is, and what lets it go on. */
  readonly detail: string;
  readonly route: TrafficRoute | null;
  readonly measurements: readonly RolloutMeasurement[];
  readonly startedAt: string;
  readonly endedAt: string | null;
}
