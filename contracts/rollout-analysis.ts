import type { AnalysisSpec, MetricJudgement } from './rollout.js';
import type { AnalysisInputs, MetricInputs, RolloutInputs } from './rollout-inputs.js';
import { isGain, kindOfRolloutMetric, ROLLOUT_METRICS } from './rollout-metrics.js';
import { RolloutProblem, span } from './rollout-problem.js';
import type { Strategy } from './traffic.js';

const DAY_MS = 86_400_000;

/** Of versions that answer: no more failures, and not slower by much. */
const ANSWERING: readonly MetricInputs[] = [
  { metric: 'errorRate', judge: 'nonInferiority', margin: 0.02 },
  { metric: 'latencyMs', judge: 'guardrail', margin: '50%' },
];
/** Of a copy: it answers, and much as the champion does. */
const SHADOWED: readonly MetricInputs[] = [
  { metric: 'errorRate', judge: 'nonInferiority', margin: 0.02 },
  { metric: 'disagreement', judge: 'guardrail', margin: 0.2 },
];

/**
 * An analysis as it is written, with its defaults filled in.
 *
 * @param key - where it is written
 * @throws RolloutProblem
 */
export function analysisOf(
  strategy: Strategy,
  key: keyof RolloutInputs,
  inputs: AnalysisInputs,
): AnalysisSpec {
  const copies = strategy === 'shadow' || strategy === 'blueGreen';
  const metrics = inputs.metrics ?? (copies ? SHADOWED : ANSWERING);
  if (metrics.length === 0) throw new RolloutProblem(key, 'an analysis needs a metric');
  const isTest = strategy === 'abTest';
  return {
    metrics: metrics.map((metric) => judgementOf(key, metric, copies)),
    minSamples: inputs.minSamples ?? 100,
    initialDelayMs: span(key, inputs.initialDelay ?? '0s'),
    intervalMs: span(key, inputs.interval ?? (isTest ? '1h' : '1m'), 1_000),
    count: inputs.count ?? (isTest ? 1 : 3),
    failureLimit: inputs.failureLimit ?? 0,
    inconclusiveLimit: inputs.inconclusiveLimit ?? null,
    consecutiveErrorLimit: inputs.consecutiveErrorLimit ?? 4,
    timeoutMs:
      inputs.timeout === undefined ? (isTest ? 14 : 1) * DAY_MS : span(key, inputs.timeout),
  };
}

function judgementOf(
  key: keyof RolloutInputs,
  written: string | MetricInputs,
  copies: boolean,
): MetricJudgement {
  const inputs: MetricInputs = typeof written === 'string' ? { metric: written } : written;
  const { metric, judge: kind = 'guardrail', margin, alpha = 0.05 } = inputs;
  const made = kindOfRolloutMetric(metric);
  if (made === null) {
    throw new RolloutProblem(
      key,
      `there is no metric ${metric}; there are ${ROLLOUT_METRICS.join(', ')} and business.<name>`,
    );
  }
  if (made === 'disagreement' && !copies) {
    throw new RolloutProblem(key, 'disagreement is measured of a shadow alone');
  }
  if (made === 'disagreement' && typeof margin === 'string') {
    throw new RolloutProblem(
      key,
      `disagreement: the champion agrees with itself, so a margin of ${margin} of its value is none; write the share of rows that may differ, such as 0.2`,
    );
  }
  if (made === 'business' && copies) {
    throw new RolloutProblem(key, `${metric} is worth nothing: a shadow answers nobody`);
  }
  if (made !== 'business' && (inputs.higherIsBetter ?? isGain(metric)) !== isGain(metric)) {
    throw new RolloutProblem(
      key,
      `${metric}: ${isGain(metric) ? 'more' : 'less'} of it is better; higherIsBetter is for business metrics`,
    );
  }
  if (kind === 'nonInferiority' && margin === undefined) {
    throw new RolloutProblem(
      key,
      `${metric}: nonInferiority needs a margin, by which the version may be worse: 5%, or in the metric’s unit`,
    );
  }
  return {
    metric,
    kind,
    higherIsBetter: inputs.higherIsBetter ?? isGain(metric),
    ...marginOf(key, margin ?? 0),
    alpha,
  };
}

function marginOf(key: keyof RolloutInputs, margin: number | string) {
  if (typeof margin === 'number') return { margin, relative: false };
  const share = /^(\d+(?:\.\d+)?)%$/.exec(margin)?.[1];
  if (share === undefined) {
    throw new RolloutProblem(key, `a margin is a number, or a share such as 5%, not ${margin}`);
  }
  return { margin: Number(`${share}e-2`), relative: true };
}
