import { describe, expect, test } from 'vitest';
import { RolloutProblem, rolloutSpec } from '../../contracts/index.js';

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
  ])('steps %j are refused, naming the key', (steps, message) => {
    const write = () => rolloutSpec({ strategy: 'canary', steps });
    expect(write).toThrow(RolloutProblem);
    expect(write).toThrow(message);
  });
});
