import { describe, expect, it } from 'vitest';
import { gridTrials, gridValues, randomTrial } from '../../../activities/tuning/plain-trials.js';
import { orderOfSpace, type SearchSpace } from '../../../contracts/index.js';
import { fc } from '../../support/property.js';

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
    [{ int: [2, 9], step: 3 }, [2, 5, 8]],
    [{ float: [0, 0.4], step: 0.1 }, [0, 0.1, 0.2, 0.3, 0.4]],
    [{ float: [0.05, 1], step: 0.5 }, [0.05, 0.55]],
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

  it('of a range with a step is one of the values of its grid, each as likely', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -50, max: 50 }),
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 1, max: 40 }),
        fc.nat(),
        (low, width, step, seed) => {
          const dimension = {
            float: [low / 10, (low + width) / 10],
            step: Math.min(step, width) / 10,
          };
          const space = { x: dimension } as unknown as SearchSpace;
          const values = gridValues(space['x'] ?? {});
          expect(values).toContain(randomTrial(space, seed, 0)['x']);
          expect(values.at(-1)).toBeLessThanOrEqual((low + width) / 10 + 1e-9);
        },
      ),
    );
  });

  it('takes a condition with several values for any of them', () => {
    const space: SearchSpace = {
      kind: { choice: ['tree', 'line', 'net'] },
      rate: { float: [0, 1], when: { kind: ['line', 'net'] } },
    };
    for (let number = 0; number < 50; number += 1) {
      const trial = randomTrial(space, 4, number);
      expect('rate' in trial).toBe(trial['kind'] !== 'tree');
    }
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
