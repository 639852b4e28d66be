import { describe, expect, it } from 'vitest';
import { importanceOf } from '../../../activities/tuning/importance.js';
import { randomTrial } from '../../../activities/tuning/plain-trials.js';
import type { SearchSpace, Trial } from '../../../contracts/index.js';
import { fc } from '../../support/property.js';
import { trials } from './ended-trials.js';

const SPACE: SearchSpace = {
  rate: { float: [0.001, 1], log: true },
  kind: { choice: ['tree', 'line'] },
  leaves: { int: [1, 9], when: { kind: 'tree' } },
};

function drawn(count: number, scoreOf: (params: Trial['params']) => number): readonly Trial[] {
  return trials(...Array.from({ length: count }, () => 0)).map((trial) => {
    const params = randomTrial(SPACE, 3, trial.number);
    return { ...trial, params, score: scoreOf(params) };
  });
}

function sharesOf(given: readonly Trial[]): ReadonlyMap<string, number | null> {
  return new Map(importanceOf(SPACE, given).map(({ parameter, share }) => [parameter, share]));
}

describe('the importance of a parameter', () => {
  it('is all where the score hangs on it alone, and nothing where it does not', () => {
    const shares = sharesOf(drawn(200, ({ kind }) => (kind === 'tree' ? 1 : 2)));
    expect(shares.get('kind')).toBeCloseTo(1);
    expect(shares.get('rate')).toBeLessThan(0.05);
    // Among trees, where it counts, all scores are the same.
    expect(shares.get('leaves')).toBeNull();
  });

  it('of a conditional one is told by the trials in which it counts', () => {
    const shares = sharesOf(drawn(300, ({ leaves }) => Number(leaves ?? 100)));
    expect(shares.get('leaves')).toBeGreaterThan(0.9);
  });

  it('is ε² by hand: two groups of two', () => {
    // SSW = 0.5 + 0.5, SST = 17, n = 4, k = 2: 1 − (1 / 2) / (17 / 3).
    const scores = [1, 2, 5, 6];
    const given = trials(...scores).map((trial) => ({
      ...trial,
      params: { kind: trial.number < 2 ? 'tree' : 'line' },
    }));
    expect(sharesOf(given).get('kind')).toBeCloseTo(1 - 0.5 / (17 / 3), 12);
  });

  it('is not known of three trials, of equal scores, of one value', () => {
    const space: SearchSpace = { x: { int: [0, 9] } };
    const nothing = [{ parameter: 'x', share: null }];
    expect(importanceOf(space, trials(1, 2, 3))).toEqual(nothing);
    expect(importanceOf(space, trials(1, 1, 1, 1))).toEqual(nothing);
    const still = trials(1, 2, 3, 4).map((trial) => ({ ...trial, params: { x: 5 } }));
    expect(importanceOf(space, still)).toEqual(nothing);
  });

  it('is not known of equal scores that are no binary fractions', () => {
    const space: SearchSpace = { x: { int: [0, 9] } };
    for (const count of [6, 7, 9, 10, 11]) {
      const given = trials(...Array.from({ length: count }, () => 0.1));
      expect(importanceOf(space, given)).toEqual([{ parameter: 'x', share: null }]);
    }
  });

  it('is told of scores whose squares are no numbers any more', () => {
    const scores = [1e200, 2e200, 5e200, 6e200];
    const given = trials(...scores).map((trial) => ({
      ...trial,
      params: { kind: trial.number < 2 ? 'tree' : 'line' },
    }));
    expect(sharesOf(given).get('kind')).toBeCloseTo(1 - 0.5 / (17 / 3), 12);
    const apart = trials(-1.7e308, 1.7e308, -1.7e308, 1.7e308);
    expect(importanceOf({ x: { int: [0, 9] } }, apart)).toEqual([{ parameter: 'x', share: null }]);
  });

  it('lies in [0, 1], or is not known', () => {
    const ends = fc.array(fc.oneof(fc.integer(), fc.constant(null)), { maxLength: 40 });
    fc.assert(
      fc.property(ends, (scores) => {
        for (const { share } of importanceOf({ x: { int: [0, 99] } }, trials(...scores))) {
          if (share === null) continue;
          expect(share).toBeGreaterThanOrEqual(0);
          expect(share).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
