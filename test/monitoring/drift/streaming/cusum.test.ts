import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../monitoring/drift/samples/seeded-random.js';
import { cusumDetector } from '../../../../monitoring/drift/streaming/index.js';
import { alarmsOn } from './alarms.js';

/** Montgomery, Introduction to Statistical Quality Control, table 9.1: the mean moves after the 20th. */
const MONTGOMERY = [
  9.45, 7.99, 9.29, 11.66, 12.16, 10.18, 8.04, 11.46, 9.2, 10.34, 9.03, 11.47, 10.51, 9.4, 10.08,
  9.37, 10.62, 10.31, 8.52, 10.84, 10.9, 9.33, 12.29, 11.5, 10.6, 11.08, 10.38, 11.62, 11.31, 10.52,
];

describe('CUSUM', () => {
  it('alarms on the textbook example at the 29th value, seven after the sum left 0', () => {
    const detector = cusumDetector.create({ mean: 10, standardDeviation: 1 });
    const { drifts, ages } = alarmsOn(detector, MONTGOMERY);
    expect(drifts).toEqual([28]);
    expect(ages).toEqual([7]);
  });

  it('sums up as the textbook does', () => {
    const detector = cusumDetector.create({ mean: 10, standardDeviation: 1 });
    const rises = MONTGOMERY.slice(0, 29).map((value) => {
      detector.update(value);
      return Number(detector.snapshot().state['rise']).toFixed(2);
    });
    expect(rises.slice(3, 8)).toEqual(['1.16', '2.82', '2.50', '0.04', '1.00']);
    expect(rises.at(-1)).toBe('5.28');
  });

  it.each([
    [5, 0, 465],
    [4, 0, 168],
    [5, 1, 10.4],
    [4, 2, 3.34],
  ])('with h = %d, alarms %d σ off after %d values on average', (threshold, shift, expected) => {
    const seed = 31;
    const random = seededRandom(seed);
    const detector = cusumDetector.create({ mean: 0, standardDeviation: 1, threshold });
    const alarms = 3000;
    let values = 0;
    for (let found = 0; found < alarms; values += 1) {
      const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
      if (detector.update(normal + shift).drift) found += 1;
    }
    console.log(`seed ${seed}: ${(values / alarms).toFixed(2)} values, published ${expected}`);
    // Run lengths deviate by about their mean.
    expect(Math.abs(values / alarms - expected)).toBeLessThan((4 * expected) / Math.sqrt(alarms));
  });

  it('estimates mean and deviation from the first values', () => {
    const random = seededRandom(32);
    const detector = cusumDetector.create({ threshold: 10 });
    const values = Array.from({ length: 400 }, (_, i) => random() * 10 + (i < 200 ? 0 : 8));
    const { drifts } = alarmsOn(detector, values);
    expect(drifts[0]).toBeGreaterThanOrEqual(200);
    expect(drifts[0]).toBeLessThan(215);
  });

  it('takes any other value for a change where the first were all the same', () => {
    const detector = cusumDetector.create();
    for (let i = 0; i < 50; i += 1) detector.update(3);
    expect(detector.update(3.001).drift).toBe(true);
  });

  it('watches the side it is told to', () => {
    const falling = [...new Array(60).fill(0), ...new Array(60).fill(-2)];
    const known = { mean: 0, standardDeviation: 1 } as const;
    expect(alarmsOn(cusumDetector.create({ ...known, mode: 'up' }), falling).drifts).toEqual([]);
    const [first] = alarmsOn(cusumDetector.create({ ...known, mode: 'down' }), falling).drifts;
    expect(first).toBe(63);
  });
});
