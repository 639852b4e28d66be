import { parseDurationMs } from './duration.js';
import type { AnalysisSpec, MetricJudgement, RolloutSpec, RolloutStep } from './rollout.js';
import type {
  AnalysisInputs,
  MetricInputs,
  RolloutInputs,
  RolloutStepInput,
} from './rollout-inputs.js';
import { isGain, kindOfRolloutMetric, ROLLOUT_METRICS } from './rollout-metrics.js';
import { STRATEGIES, type Strategy } from './traffic.js';

/** What is wrong with a rollout as it is written, and at which key. */
export class RolloutProblem extends Error {
  override readonly name = 'RolloutProblem';

  constructor(
    readonly key: keyof RolloutInputs,
    message: string,
  ) {
    super(message);
  }
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** What `strategy: canary` alone means. */
const DEFAULT_STEPS: readonly RolloutStepInput[] = [
  { setWeight: 10 },
  'analyse',
  { setWeight: 50 },
  'analyse',
];

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
 * A rollout as it is written, with its defaults filled in.
 *
 * @throws RolloutProblem
 * @example rolloutSpec({ strategy: 'canary' }).steps.length; // 4
 */
export function rolloutSpec(inputs: RolloutInputs): RolloutSpec {
  const { stickyBy, seed, whenPassed, keep } = inputs;
  const strategy = readStrategy(inputs);
  return {
    strategy,
    steps: strategy === 'canary' ? stepsOf(inputs) : [],
    analysis: wholeAnalysis(strategy, inputs),
    splitPercent: percent('split', inputs.split ?? 50),
    stickyBy: stickyBy ?? null,
    seed: seed ?? null,
    whenPassed: whenPassed ?? 'promote',
    keepMs: keep === undefined ? 60 * MINUTE_MS : span('keep', keep),
  };
}

/**
 * How long a rollout may take by its own pauses and analyses, in ms; `null`: it waits for a person.
 *
 * @example longestRolloutMs(rolloutSpec({ strategy: 'replace' })); // 0
 */
export function longestRolloutMs({ steps, analysis }: RolloutSpec): number | null {
  const spans = [
    ...steps.map((step) => {
      if (step.kind === 'setWeight') return STEP_MS;
      return step.kind === 'pause' ? step.durationMs : step.analysis.timeoutMs;
    }),
    ...(analysis === null ? [] : [STEP_MS, analysis.timeoutMs]),
  ];
  return spans.reduce<number | null>(
    (sum, span) => (sum === null || span === null ? null : sum + span),
    0,
  );
}

/** Gateways have half a minute to take new shares. */
const STEP_MS = 60_000;

/** Keys that mean something under a strategy, besides those of all. */
const KEYS: { readonly [strategy in Strategy]: readonly (keyof RolloutInputs)[] } = {
  replace: [],
  blueGreen: ['analysis', 'keep', 'whenPassed'],
  canary: ['steps', 'analysis', 'stickyBy', 'seed', 'whenPassed'],
  shadow: ['analysis', 'whenPassed'],
  abTest: ['analysis', 'split', 'stickyBy', 'seed', 'whenPassed'],
};

function readStrategy(inputs: RolloutInputs): Strategy {
  const { strategy: written = 'replace' } = inputs;
  const strategy = STRATEGIES.find((known) => known === written);
  if (strategy === undefined) {
    throw new RolloutProblem(
      'strategy',
      `there is no strategy ${written}; there are ${STRATEGIES.join(', ')}`,
    );
  }
  const all: readonly (keyof RolloutInputs)[] = [
    'steps',
    'analysis',
    'split',
    'stickyBy',
    'seed',
    'whenPassed',
    'keep',
  ];
  const stray = all.find((key) => inputs[key] !== undefined && !KEYS[strategy].includes(key));
  if (stray === undefined) return strategy;
  const takes = KEYS[strategy].length === 0 ? 'nothing else' : KEYS[strategy].join(', ');
  throw new RolloutProblem(stray, `${stray} means nothing under ${strategy}, which takes ${takes}`);
}

function stepsOf(inputs: RolloutInputs): readonly RolloutStep[] {
  const { analysis, steps = DEFAULT_STEPS } = inputs;
  if (steps.length === 0) throw new RolloutProblem('steps', 'a canary needs a step');
  const first = steps[0];
  if (typeof first !== 'object' || !('setWeight' in first)) {
    throw new RolloutProblem(
      'steps',
      'the first step must be setWeight: before it nothing is asked',
    );
  }
  requireAscending(steps);
  const written = steps.some((step) => isAnalyse(step));
  return steps.flatMap((step): readonly RolloutStep[] => {
    const read = stepOf(step, analysis);
    // An analysis that no step names is made after each weight.
    const follows = read?.kind === 'setWeight' && !written && typeof analysis === 'object';
    const added = follows ? stepOf('analyse', analysis) : null;
    return [...(read === null ? [] : [read]), ...(added === null ? [] : [added])];
  });
}

/** A canary grows: keys that it has keep it, and what was analysed with more is not asked with less. */
function requireAscending(steps: readonly RolloutStepInput[]): void {
  let before = -1;
  for (const step of steps) {
    if (typeof step !== 'object' || !('setWeight' in step)) continue;
    const weight = percent('steps', step.setWeight);
    if (weight <= before) {
      throw new RolloutProblem('steps', `weights must ascend, and ${weight} comes after ${before}`);
    }
    before = weight;
  }
}

function isAnalyse(step: RolloutStepInput): boolean {
  return step === 'analyse' || (typeof step === 'object' && 'analyse' in step);
}

/** @returns `null` for an analysis where none is wanted */
function stepOf(step: RolloutStepInput, analysis: RolloutInputs['analysis']): RolloutStep | null {
  if (step === 'pause') return { kind: 'pause', durationMs: null };
  if (step === 'analyse') {
    if (analysis === false) return null;
    return { kind: 'analyse', analysis: analysisOf('canary', 'steps', analysis ?? {}) };
  }
  if ('setWeight' in step) {
    return { kind: 'setWeight', weightPercent: percent('steps', step.setWeight) };
  }
  if ('pause' in step) {
    const durationMs = step.pause === null ? null : span('steps', step.pause);
    return { kind: 'pause', durationMs };
  }
  const shared = typeof analysis === 'object' ? analysis : {};
  return {
    kind: 'analyse',
    analysis: analysisOf('canary', 'steps', { ...shared, ...step.analyse }),
  };
}

function wholeAnalysis(strategy: Strategy, { analysis }: RolloutInputs): AnalysisSpec | null {
  switch (strategy) {
    case 'replace':
    case 'canary':
      return null;
    case 'blueGreen':
      return analysis === undefined || analysis === false
        ? null
        : analysisOf(strategy, 'analysis', analysis);
    case 'shadow':
      return analysis === false ? null : analysisOf(strategy, 'analysis', analysis ?? {});
    case 'abTest': {
      const read = analysis ? analysisOf(strategy, 'analysis', analysis) : null;
      if (read?.metrics.some(({ kind }) => kind === 'superiority')) return read;
      throw new RolloutProblem(
        'analysis',
        'an A/B test needs a metric by which one arm is better: analysis: {metrics: [{metric: business.revenue, judge: superiority}]}',
      );
    }
  }
}

function analysisOf(
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

function percent(key: keyof RolloutInputs, written: number | string): number {
  const number = typeof written === 'number' ? written : Number(/^(\d+)%?$/.exec(written)?.[1]);
  if (Number.isInteger(number) && number >= 0 && number <= 100) return number;
  throw new RolloutProblem(key, `a weight is a whole percent from 0 to 100, not ${written}`);
}

function span(key: keyof RolloutInputs, written: string, least = 0): number {
  const ms = parseDurationMs(written);
  if (ms !== null && ms >= least && ms <= 366 * DAY_MS) return ms;
  throw new RolloutProblem(
    key,
    ms === null
      ? `${written} is not a duration such as 90s, 10m or 1d`
      : `${written} is out of range: from ${least / 1_000}s to 366d`,
  );
}
