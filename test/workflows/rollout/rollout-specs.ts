import { uuidv7 } from 'uuidv7';
import type {
  AnalysisSpec,
  MetricJudgement,
  RolloutCommandRequest,
  RolloutSpec,
} from '../../../contracts/index.js';
import { AS_OF } from '../../support/model-world.js';

/** Rollouts and what is done to them, to vary in tests. */

export function spec(over: Partial<RolloutSpec>): RolloutSpec {
  return {
    strategy: 'canary',
    steps: [],
    analysis: null,
    splitPercent: 50,
    stickyBy: null,
    seed: 'a test',
    whenPassed: 'promote',
    keepMs: 0,
    ...over,
  };
}

export const weight = (weightPercent: number) => ({ kind: 'setWeight', weightPercent }) as const;
export const pause = (durationMs: number | null) => ({ kind: 'pause', durationMs }) as const;
export const analyse = (analysis: AnalysisSpec) => ({ kind: 'analyse', analysis }) as const;

export function judged(metric: string, over: Partial<MetricJudgement> = {}): MetricJudgement {
  return {
    metric,
    kind: 'guardrail',
    higherIsBetter: false,
    margin: 0,
    relative: false,
    alpha: 0.05,
    ...over,
  };
}

/** Looks each second, and one look that passes is enough. */
export function analysis(
  metrics: readonly MetricJudgement[],
  over: Partial<AnalysisSpec> = {},
): AnalysisSpec {
  return {
    metrics,
    minSamples: 12,
    initialDelayMs: 0,
    intervalMs: 1_000,
    count: 1,
    failureLimit: 0,
    inconclusiveLimit: null,
    consecutiveErrorLimit: 2,
    timeoutMs: 300_000,
    ...over,
  };
}

export function steer(command: RolloutCommandRequest['command']): RolloutCommandRequest {
  return { requestId: uuidv7(), command, actor: 'user:ann', reason: 'a test asks', asOf: AS_OF };
}
