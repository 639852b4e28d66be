import { describe, expect, test } from 'vitest';
import { RequestRates } from '../../../models/access/request-rates.js';
import { fc } from '../../support/property.js';

const RATE = { requestsPerSecond: 2, burst: 3 };

describe('the rate of a client', () => {
  test('lets a burst through, then tells how long to wait', () => {
    const rates = new RequestRates();
    expect([0, 0, 0, 0].map(() => rates.take('a', RATE, 1_000))).toEqual([0, 0, 0, 500]);
    expect(rates.take('a', RATE, 1_499)).toBeGreaterThan(0);
    expect(rates.take('a', RATE, 1_500)).toBe(0);
  });

  test('is its own', () => {
    const rates = new RequestRates();
    for (let request = 0; request < 4; request += 1) rates.take('a', RATE, 0);
    expect(rates.take('b', RATE, 0)).toBe(0);
  });

  test('fills no further than the burst, and not by a clock that is set back', () => {
    const rates = new RequestRates();
    for (let request = 0; request < 3; request += 1) rates.take('a', RATE, 10_000);
    expect(rates.take('a', RATE, 0)).toBeGreaterThan(0);
    const later = Array.from({ length: 4 }, () => rates.take('a', RATE, 1e9));
    expect(later.filter((wait) => wait === 0)).toHaveLength(3);
  });

  test('never lets more through than the rate and the burst, whenever they come', () => {
    const times = fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 200 });
    fc.assert(
      fc.property(times, (unordered) => {
        const rates = new RequestRates();
        const at = [...unordered].sort((a, b) => a - b);
        const through = at.filter((ms) => rates.take('a', RATE, ms) === 0);
        const spanMs = (at.at(-1) ?? 0) - (at[0] ?? 0);
        const most = RATE.burst + (spanMs / 1_000) * RATE.requestsPerSecond;
        expect(through.length).toBeLessThanOrEqual(most + 1e-6);
      }),
    );
  });

  test('of very many clients takes bounded memory: who has not called for longest is forgotten', () => {
    const rates = new RequestRates();
    for (let request = 0; request < 3; request += 1) rates.take('first', RATE, 0);
    expect(rates.wait('first', RATE, 0)).toBeGreaterThan(0);
    for (let client = 0; client < 10_000; client += 1) rates.take(`client ${client}`, RATE, 0);
    expect(rates.wait('first', RATE, 0)).toBe(0);
  });
});
