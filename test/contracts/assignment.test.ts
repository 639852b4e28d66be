import { describe, expect, test } from 'vitest';
import { armOf, assignmentPoint } from '../../contracts/index.js';
import { fc } from '../support/property.js';

const route = (...weights: readonly number[]) => ({
  seed: 'rollout-7',
  arms: weights.map((weightPercent, index) => ({ version: index + 1, weightPercent })),
});

describe('an assignment', () => {
  test('is the same on every machine', () => {
    expect(assignmentPoint('rollout-7', 'customer-4711')).toBeCloseTo(18.8356, 4);
    expect(assignmentPoint('rollout-7', 'Zoë')).toBeCloseTo(83.074, 4);
    expect(assignmentPoint('', '')).toBeCloseTo(57.1516, 4);
  });

  test('follows the weights: chi-squared over 100,000 keys', () => {
    const weights = [50, 25, 15, 9, 1];
    const counts = new Map<number, number>();
    for (let key = 0; key < 100_000; key += 1) {
      const { version } = armOf(route(...weights), `customer-${key}`);
      counts.set(version, (counts.get(version) ?? 0) + 1);
    }
    const chiSquared = weights.reduce((sum, weight, index) => {
      const expected = weight * 1_000;
      return sum + ((counts.get(index + 1) ?? 0) - expected) ** 2 / expected;
    }, 0);
    // The 99.9 % quantile with 4 degrees of freedom.
    expect(chiSquared).toBeLessThan(18.47);
  });

  test('differs between seeds, so that one experiment does not pick the users of another', () => {
    const keys = Array.from({ length: 10_000 }, (_, key) => `customer-${key}`);
    const challengerOf = (seed: string) => (key: string) =>
      armOf({ ...route(50, 50), seed }, key).version === 2;
    const both = keys.filter((key) => challengerOf('one')(key) && challengerOf('other')(key));
    // Independent: a quarter of the keys, give or take four standard deviations.
    expect(Math.abs(both.length - 2_500)).toBeLessThan(4 * Math.sqrt(10_000 * 0.25 * 0.75));
  });

  test('moves keys to a growing challenger and none away from it', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(100), fc.nat(100), (key, a, b) => {
        const [less, more] = a < b ? [a, b] : [b, a];
        const before = armOf(route(100 - less, less), key).version;
        const after = armOf(route(100 - more, more), key).version;
        return before === 1 || after === 2;
      }),
    );
  });

  test('never falls on an arm of weight 0', () => {
    fc.assert(
      fc.property(fc.string(), (key) => {
        expect(armOf(route(100, 0), key).version).toBe(1);
        expect(armOf(route(0, 100), key).version).toBe(2);
        expect(armOf(route(0, 0, 100), key).version).toBe(3);
      }),
    );
  });
});
