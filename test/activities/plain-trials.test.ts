import { describe, expect, it } from 'vitest';
import { gridTrials, gridValues, randomTrial } from '../../activities/tuning/plain-trials.js';
import { stopReason } from '../../activities/tuning/stop-reason.js';
import { bestOf, importanceOf } from '../../activities/tuning/summarise.js';
import { orderOfSpace, type SearchSpace, type Trial } from '../../contracts/index.js';
import { fc } from '../support/property.js';

function trials(...scores: readonly (number | null)[]): readonly Trial[] {
  return scores.map((score, number) => ({
    number,
    params: { x: number },
    status: score === null ? 'failed' : 'completed',
    score,
    runId: `run-${number}`,
    detail: null,
  }));
}

const SPACE: SearchSpace = {
  depth: { int: [2, 6] },
  rate: { float: [0.001, 1], log: true },
  kind: { choice: ['tree', 'line'] },
  leaves: { int: [1, 9], when: { kind: 'tree' } },
};

describe('the values of a grid', () => {
  it.each([
    [{ int: [2, 10], points: 3 }, [2, 6, 10]],
    [{ int: [1, 3] }, [1, 2, 3]],
    [{ float: [0, 1], points: 3 }, [0, 0.5, 1]],
    [{ int: [1, 100], log: true, points: 3 }, [1, 10, 100]],
    [{ choice: ['b', 'a'] }, ['b', 'a']],
  ] as const)('of %j are %j', (dimension, values) => {
    expect(gridValues(dimension)).toEqual(values);
  });

  it('are combined whole, a condition only where it holds', () => {
    const space: SearchSpace = {
      a: { choice: [1, 2] },
      z: { choice: ['x', 'y'] },
      b: { int: [0, 1], when: { z: 'y' } },
    };
    expect([...gridTrials(space)]).toEqual(
      [1, 2].flatMap((a) => [
        { a, z: 'x' },
        { a, z: 'y', b: 0 },
        { a, z: 'y', b: 1 },
      ]),
    );
  });
});

describe('a trial drawn at random', () => {
  it('lies in its space and is the same for the same seed and number', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(10_000), (seed, number) => {
        const trial = randomTrial(SPACE, seed, number);
        expect(trial).toEqual(randomTrial(SPACE, seed, number));
        expect(Number.isInteger(trial['depth'])).toBe(true);
        expect(trial['depth']).toBeGreaterThanOrEqual(2);
        expect(trial['depth']).toBeLessThanOrEqual(6);
        expect(trial['rate']).toBeGreaterThanOrEqual(0.001);
        expect(trial['rate']).toBeLessThanOrEqual(1);
        expect('leaves' in trial).toBe(trial['kind'] === 'tree');
      }),
    );
  });

  it('takes whole numbers evenly', () => {
    const counts = new Map<unknown, number>();
    for (let number = 0; number < 5_000; number += 1) {
      const { depth } = randomTrial(SPACE, 1, number);
      counts.set(depth, (counts.get(depth) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual([2, 3, 4, 5, 6]);
    for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });
});

it('parameters are chosen after those that their conditions are about; a circle is left out', () => {
  expect(orderOfSpace(SPACE)).toEqual(['depth', 'kind', 'leaves', 'rate']);
  const circle = { a: { choice: [1], when: { b: 1 } }, b: { choice: [1], when: { a: 1 } } };
  expect(orderOfSpace(circle)).toEqual([]);
});

describe('a search ends', () => {
  const open = {
    goal: 'minimise',
    trials: 20,
    target: null,
    plateau: null,
    afterMs: null,
  } as const;

  it.each([
    ['not yet', open, trials(3, 2), 0, null],
    ['after its trials', { ...open, trials: 2 }, trials(3, 2), 0, 'trials'],
    ['at its target', { ...open, target: 2 }, trials(3, 2), 0, 'target'],
    ['not above its target', { ...open, target: 1 }, trials(3, 2), 0, null],
    ['on a plateau', { ...open, plateau: 2 }, trials(1, 2, 3), 0, 'plateau'],
    ['not on a short plateau', { ...open, plateau: 3 }, trials(1, 2, 3), 0, null],
    ['in time', { ...open, afterMs: 10 }, trials(1), 10, 'time'],
    ['without hope', open, trials(null, null, null, null, null), 0, 'no-score'],
  ] as const)('%s', (_, options, given, elapsedMs, reason) => {
    expect(stopReason(options, given, elapsedMs)).toBe(reason);
  });
});

describe('what a search says', () => {
  it('its best trial is the first of equals', () => {
    expect(bestOf(trials(null, 2, 1, 1), 'minimise')?.number).toBe(2);
    expect(bestOf(trials(null, 2, 1, 2), 'maximise')?.number).toBe(1);
    expect(bestOf(trials(null), 'maximise')).toBeNull();
  });

  it('a parameter that the score hangs on alone explains all of it, another one little', () => {
    const given = Array.from({ length: 200 }, (_, number): Trial => {
      const params = randomTrial(SPACE, 3, number);
      const score = params['kind'] === 'tree' ? 1 : 2;
      return { number, params, status: 'completed', score, runId: '', detail: null };
    });
    const shares = new Map(importanceOf(SPACE, given).map((item) => [item.parameter, item.share]));
    expect(shares.get('kind')).toBeCloseTo(1);
    expect(shares.get('rate')).toBeLessThan(0.1);
  });

  it('of three trials, or of equal scores, it says nothing', () => {
    const space: SearchSpace = { x: { int: [0, 9] } };
    expect(importanceOf(space, trials(1, 2, 3))).toEqual([{ parameter: 'x', share: null }]);
    expect(importanceOf(space, trials(1, 1, 1, 1))).toEqual([{ parameter: 'x', share: null }]);
  });
});
