import type { AnalysisSpec, RolloutSpec, RolloutStep } from './rollout.js';
import { analysisOf } from './rollout-analysis.js';
import type { RolloutInputs, RolloutStepInput } from './rollout-inputs.js';
import { percent, RolloutProblem, span } from './rollout-problem.js';
import { STRATEGIES, type Strategy } from './traffic.js';

const HOUR_MS = 3_600_000;

/** What `strategy: canary` alone means. */
const DEFAULT_STEPS: readonly RolloutStepInput[] = [
  { setWeight: 10 },
  'analyse',
  { setWeight: 50 },
  'analyse',
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
    splitPercent: splitOf(inputs),
    stickyBy: stickyBy ?? null,
    seed: seed ?? null,
    whenPassed: whenPassed ?? 'promote',
    keepMs: keep === undefined ? HOUR_MS : span('keep', keep),
  };
}

function splitOf({ split = 50 }: RolloutInputs): number {
  const weight = percent('split', split);
  if (isShared(weight)) return weight;
  throw new RolloutProblem('split', `an A/B test needs ${SHARED}, not ${split}`);
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
  let weight = 0;
  const read = steps.flatMap((step): readonly RolloutStep[] => {
    const own = stepOf(step, analysis);
    if (own?.kind === 'setWeight') weight = own.weightPercent;
    if (own?.kind === 'analyse') requireBothArms(weight);
    // An analysis that no step names is made after each weight at which both arms answer.
    const follows = own?.kind === 'setWeight' && !written && typeof analysis === 'object';
    const added = follows && isShared(weight) ? stepOf('analyse', analysis) : null;
    return [...(own === null ? [] : [own]), ...(added === null ? [] : [added])];
  });
  if (typeof analysis === 'object' && !read.some(({ kind }) => kind === 'analyse')) {
    throw new RolloutProblem('steps', `an analysis needs ${SHARED}: no step has one`);
  }
  return read;
}

const SHARED = 'a weight from 1 to 99, at which both versions answer';

function isShared(weight: number): boolean {
  return weight > 0 && weight < 100;
}

function requireBothArms(weight: number): void {
  if (isShared(weight)) return;
  throw new RolloutProblem('steps', `analyse at ${weight} % compares nothing: it needs ${SHARED}`);
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
