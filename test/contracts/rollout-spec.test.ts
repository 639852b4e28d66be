import { describe, expect, test } from 'vitest';
import { RolloutProblem, rolloutMisfit, rolloutSpec } from '../../contracts/index.js';
import { LINEAR } from '../models/serving/serving-fixture.js';

const weightsOf = (spec: ReturnType<typeof rolloutSpec>) =>
  spec.steps.flatMap((step) => (step.kind === 'setWeight' ? [step.weightPercent] : []));

describe('a rollout as it is written', () => {
  test('a canary alone grows by two analysed steps', () => {
    const spec = rolloutSpec({ strategy: 'canary' });
    expect(spec.steps.map(({ kind }) => kind)).toEqual([
      'setWeight',
      'analyse',
      'setWeight',
      'analyse',
    ]);
    expect(weightsOf(spec)).toEqual([10, 50]);
  });

  test('replace has neither steps nor an analysis', () => {
    expect(rolloutSpec({ strategy: 'replace' })).toMatchObject({ steps: [], analysis: null });
  });

  test.each([
    [[{ setWeight: 50 }, { setWeight: 10 }], 'weights must ascend, and 10 comes after 50'],
    [[{ setWeight: 50 }, { setWeight: '50%' }], 'weights must ascend, and 50 comes after 50'],
    [[{ setWeight: 101 }], 'a weight is a whole percent from 0 to 100, not 101'],
    [[], 'a canary needs a step'],
    [['analyse' as const], 'the first step must be setWeight'],
    [[{ setWeight: 100 }, 'analyse' as const], 'analyse at 100 % compares nothing'],
    [[{ setWeight: 0 }, { analyse: { count: 1 } }], 'analyse at 0 % compares nothing'],
  ])('steps %j are refused, naming the key', (steps, message) => {
    const write = () => rolloutSpec({ strategy: 'canary', steps });
    expect(write).toThrow(RolloutProblem);
    expect(write).toThrow(message);
  });
});

describe('arms that are compared', () => {
  test('both answer: none is analysed where one has all requests', () => {
    const steps = [0, 10, 100].map((setWeight) => ({ setWeight }));
    const spec = rolloutSpec({ strategy: 'canary', steps, analysis: {} });
    const kinds = spec.steps.map(({ kind }) => kind);
    expect(kinds).toEqual(['setWeight', 'setWeight', 'analyse', 'setWeight']);
  });

  test('an analysis that no weight allows is refused', () => {
    const write = (analysis: object | false) => () =>
      rolloutSpec({ strategy: 'canary', steps: [{ setWeight: 100 }], analysis });
    expect(write({})).toThrow('an analysis needs a weight from 1 to 99');
    expect(write(false)).not.toThrow();
  });

  test.each([0, 100, '100%'])('an A/B test does not give one arm all: split %s', (split) => {
    const analysis = { metrics: [{ metric: 'business.sold', judge: 'superiority' as const }] };
    const write = () => rolloutSpec({ strategy: 'abTest', split, analysis });
    expect(write).toThrow(
      `an A/B test needs a weight from 1 to 99, at which both versions answer, not ${split}`,
    );
  });
});

describe('the margin of a metric', () => {
  const shadow = (margin: number | string) =>
    rolloutSpec({
      strategy: 'shadow',
      analysis: { metrics: [{ metric: 'disagreement', judge: 'guardrail', margin }] },
    });

  test('of disagreement is a share of the rows', () => {
    expect(shadow(0.2).analysis?.metrics[0]).toMatchObject({ margin: 0.2, relative: false });
  });

  test('of disagreement is no share of the champion’s, which has none', () => {
    expect(() => shadow('20%')).toThrow('such as 0.2');
  });
});

describe('a rollout of a model', () => {
  test.each(['a', 'hour'])('requests may stick by %s, which they carry', (stickyBy) => {
    expect(rolloutMisfit(rolloutSpec({ strategy: 'canary', stickyBy }), LINEAR)).toBeNull();
  });

  test('none can stick by a column that no request carries', () => {
    const misfit = rolloutMisfit(rolloutSpec({ strategy: 'canary', stickyBy: 'custmer' }), LINEAR);
    expect(misfit?.key).toBe('stickyBy');
    expect(misfit?.message).toContain('no column custmer; it takes a, b, hour');
  });

  test('a metric of another task is none of it', () => {
    const analysis = { metrics: ['f1'] };
    const misfit = rolloutMisfit(rolloutSpec({ strategy: 'canary', analysis }), LINEAR);
    expect(misfit?.key).toBe('analysis');
    expect(misfit?.message).toContain('f1 does not measure a regression');
  });
});
