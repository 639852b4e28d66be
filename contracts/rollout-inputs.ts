/** How a rollout is written in a `deploy` step; `rolloutSpec` reads it. */
export interface RolloutInputs {
  readonly strategy?: string;
  /** Of a canary. */
  readonly steps?: readonly RolloutStepInput[];
  /** `false`: none at all. */
  readonly analysis?: AnalysisInputs | false;
  /** Share of the challenger in an A/B test: `50%`, or a number of percent. */
  readonly split?: number | string;
  readonly stickyBy?: string;
  readonly seed?: string;
  readonly whenPassed?: 'promote' | 'keep';
  /** Of blue/green, a duration. */
  readonly keep?: string;
}

export type RolloutStepInput =
  | 'analyse'
  | 'pause'
  | { readonly setWeight: number | string }
  /** A duration; `null`: until a person resumes. */
  | { readonly pause: string | null }
  | { readonly analyse: AnalysisInputs };

export interface AnalysisInputs {
  readonly metrics?: readonly (string | MetricInputs)[];
  readonly minSamples?: number;
  readonly initialDelay?: string;
  readonly interval?: string;
  readonly count?: number;
  readonly failureLimit?: number;
  readonly inconclusiveLimit?: number;
  readonly consecutiveErrorLimit?: number;
  readonly timeout?: string;
}

export interface MetricInputs {
  readonly metric: string;
  readonly judge?: 'guardrail' | 'nonInferiority' | 'superiority';
  /** In the metric's unit, or `5%` of the champion's value. */
  readonly margin?: number | string;
  readonly higherIsBetter?: boolean;
  readonly alpha?: number;
}
