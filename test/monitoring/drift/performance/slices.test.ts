import { describe, expect, it } from 'vitest';
import {
  brierScore,
  classificationLosses,
  describeCondition,
  regressionLosses,
  worstSlices,
} from '../../../../monitoring/drift/performance/index.js';
import { seededRandom } from '../../../../monitoring/drift/samples/seeded-random.js';

function people(seed: number, rows: number) {
  const random = seededRandom(seed);
  const age = Float64Array.from({ length: rows }, () => 20 + 60 * random());
  const city = Array.from({ length: rows }, () => (random() < 0.3 ? 'north' : 'south'));
  const noise = Float64Array.from({ length: rows }, random);
  return {
    age,
    city,
    noise,
    columns: [
      { name: 'age', column: { kind: 'numeric', values: age } },
      { name: 'city', column: { kind: 'categorical', values: city } },
      { name: 'noise', column: { kind: 'numeric', values: noise } },
    ] as const,
  };
}

describe('the worst slices', () => {
  it('are found by a flag that is a number, however rare', () => {
    const random = seededRandom(3);
    const flag = Float64Array.from({ length: 4_000 }, () => (random() < 0.06 ? 1 : 0));
    const losses = flag.map((set) => random() + set);
    const column = { kind: 'numeric', values: flag } as const;
    const { slices } = worstSlices([{ name: 'new customer', column }], losses);
    expect(slices.map(({ conditions }) => conditions.map(describeCondition))).toEqual([
      ['new customer = 1'],
    ]);
  });

  it('are found where two conditions together make the model worse', () => {
    const { age, city, noise, columns } = people(1, 4_000);
    const losses = noise.map((_, row) => {
      const isWeak = (age[row] ?? 0) > 65 && city[row] === 'north';
      return (isWeak ? 2 : 1) + ((row * 37) % 100) / 100;
    });
    const { slices, tested } = worstSlices(columns, losses);
    const worst = slices[0];
    expect(worst?.conditions.map(describeCondition).join(' and ')).toMatch(
      /^6\d\.\d+ ≤ age < (79|80)\.\d+ and city = north$/,
    );
    expect(worst?.rows).toBeGreaterThan(200);
    expect(worst?.meanLoss).toBeCloseTo(2.5, 1);
    expect(worst?.adjustedPValue).toBeLessThan(1e-10);
    // 4 + 2 + 4 conditions, and 8 + 16 + 8 pairs of them
    expect(tested).toBe(42);
  });

  it('are none where there is nothing to find, however many were looked at (seeds 1 to 100)', () => {
    let alarms = 0;
    for (let seed = 1; seed <= 100; seed += 1) {
      const { columns } = people(seed, 600);
      const random = seededRandom(1_000 + seed);
      const losses = Float64Array.from({ length: 600 }, random);
      if (worstSlices(columns, losses, { smallestEffect: 0 }).slices.length > 0) alarms += 1;
    }
    expect(alarms).toBeLessThanOrEqual(10);
  });

  it('may be rows without a value, and leave out rows without a loss', () => {
    const values = Float64Array.from({ length: 200 }, (_, row) => (row < 50 ? Number.NaN : row));
    const losses = values.map((value, row) =>
      row >= 190 ? Number.NaN : Number.isNaN(value) ? 5 + (row % 3) : 1 + (row % 3),
    );
    const { slices } = worstSlices([{ name: 'x', column: { kind: 'numeric', values } }], losses);
    expect(slices.map(({ conditions, rows }) => [conditions.map(describeCondition), rows])).toEqual(
      [[['x is missing'], 50]],
    );
  });

  it('are defined for constants and empty data', () => {
    expect(worstSlices([], new Float64Array())).toEqual({ slices: [], tested: 0 });
    const constant = new Float64Array(50).fill(3);
    const column = { kind: 'numeric', values: constant } as const;
    expect(worstSlices([{ name: 'x', column }], constant).slices).toEqual([]);
    expect(() => worstSlices([{ name: 'x', column }], new Float64Array(3))).toThrow(
      'x has 50 rows',
    );
  });
});

describe('losses by row', () => {
  it('are those whose mean is the metric', () => {
    const sample = { labels: [1, 2, 0], predictions: [3, 2, 1] };
    expect([...regressionLosses('mae', sample)]).toEqual([2, 0, 1]);
    expect([...regressionLosses('rmse', sample)]).toEqual([4, 0, 1]);
    expect([...regressionLosses('mape', sample)]).toEqual([2, 0, Number.NaN]);
    const classes = {
      classes: ['a', 'b'],
      labels: [0, 1, -1],
      predictions: [0, 0, 1],
      probabilities: [0.9, 0.1, 0.6, 0.4, 0.5, 0.5],
    };
    expect([...classificationLosses('accuracy', classes)]).toEqual([0, 1, 1]);
    expect(classificationLosses('brierScore', classes)[1]).toBeCloseTo(0.36, 12);
    expect(classificationLosses('logLoss', classes)[0]).toBeCloseTo(-Math.log(0.9), 12);
    const three = {
      classes: ['a', 'b', 'c'],
      labels: [0, 2, 1],
      predictions: [0, 0, 1],
      probabilities: [0.7, 0.2, 0.1, 0.5, 0.1, 0.4, 0, 1, 0],
    };
    const [one = 0, two = 0, last = 0] = classificationLosses('brierScore', three);
    expect((one + two + last) / 3).toBeCloseTo(brierScore.compute(three) ?? Number.NaN, 12);
    expect(last).toBe(0);
  });

  it('refuse a metric that is no mean over rows', () => {
    const sample = { classes: [], labels: [], predictions: [], probabilities: [] };
    expect(() => classificationLosses('f1', sample)).toThrow('accuracy, logLoss, brierScore');
    expect(() => regressionLosses('toString', { labels: [], predictions: [] })).toThrow(RangeError);
  });
});
