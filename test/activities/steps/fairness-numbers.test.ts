import { describe, expect, it } from 'vitest';
import { fairnessNumbers } from '../../../activities/steps/fairness-numbers.js';
import type { FairnessMeasurement } from '../../../contracts/index.js';

function measured(column: string, difference: number | null): FairnessMeasurement {
  const isKnown = difference !== null;
  return {
    column,
    criterion: 'demographicParity',
    verdict: isKnown ? (difference > 0.1 ? 'unfair' : 'fair') : 'insufficient',
    difference,
    ratio: isKnown ? 1 - difference : null,
    lowest: isKnown ? 'a' : null,
    highest: isKnown ? 'b' : null,
    pValue: isKnown ? 0.5 : null,
    breach: null,
  };
}

describe('what a gate reads of fairness', () => {
  it('is each criterion, and the worst of all', () => {
    expect(fairnessNumbers([measured('city', 0.25), measured('age', 0.0625)], () => true)).toEqual({
      parts: {
        unfair: 1,
        worstDifference: 0.25,
        worstRatio: 0.75,
        city: { demographicParity: { difference: 0.25, ratio: 0.75, pValue: 0.5 } },
        age: { demographicParity: { difference: 0.0625, ratio: 0.9375, pValue: 0.5 } },
      },
      missing: {},
    });
  });

  it('is not the worst of all where one cannot be told, and says which', () => {
    const { parts, missing } = fairnessNumbers(
      [measured('city', 0.25), measured('age', null)],
      () => true,
    );
    expect(parts).toMatchObject({ city: { demographicParity: { difference: 0.25 } } });
    expect(parts).not.toHaveProperty('unfair');
    expect(missing['fairness.unfair']).toMatch(/^demographicParity over age cannot be told/);
  });

  it('says of each that is missing why it is', () => {
    const both = [measured('city', null), measured('age', null)];
    const { missing } = fairnessNumbers(both, (name) => name === 'city');
    expect(missing['fairness.city.demographicParity.ratio']).toMatch(
      / over city cannot be told: fewer than two groups have 30 rows/,
    );
    expect(missing['fairness.age.demographicParity.ratio']).toMatch(
      / over age cannot be told: the hold-out has no column age/,
    );
  });

  it('is nothing of a regression', () => {
    const { parts, missing } = fairnessNumbers([], () => true);
    expect(parts).toEqual({});
    expect(missing['fairness.worstRatio']).toMatch(/a classification/);
  });
});
