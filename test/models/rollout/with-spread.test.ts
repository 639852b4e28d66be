import { describe, expect, it } from 'vitest';
import type { MetricJudgement } from '../../../contracts/index.js';
import {
  judgeMetric,
  type MetricSample,
  momentsOf,
  momentsOfShare,
  withSpread,
} from '../../../models/rollout/index.js';

const judgement: MetricJudgement = {
  metric: 'accuracy',
  kind: 'nonInferiority',
  higherIsBetter: true,
  margin: 0.01,
  relative: false,
  alpha: 0.05,
};
/** So many rows of which these were wrong. */
const rows = (of: number, wrong = 0) =>
  momentsOf(Array.from({ length: of }, (_, row) => (row < wrong ? 1 : 0)));
const verdict = (sample: MetricSample) =>
  judgeMetric(judgement, withSpread('accuracy', sample), 100).verdict;

describe('right and wrong rows', () => {
  it('prove nothing by a hundred right ones, and something by very many', () => {
    const allRight = (of: number) => ({ champion: rows(of), challenger: rows(of) });
    expect(verdict(allRight(100))).toBe('inconclusive');
    expect(verdict(allRight(10_000))).toBe('pass');
  });

  it('nor where both answered the same rows alike', () => {
    const same = (of: number) => ({
      champion: rows(of),
      challenger: rows(of),
      difference: rows(of),
    });
    expect(verdict(same(100))).toBe('inconclusive');
    expect(verdict(same(10_000))).toBe('pass');
  });

  it('have the spread of a share, and a mean that nothing is added to', () => {
    const arm = rows(200, 30);
    const { champion } = withSpread('accuracy', { champion: arm, challenger: arm });
    const share = momentsOfShare(30, 200);
    expect(champion.mean).toBe(0.15);
    // One in 200 is between dividing by the rows and by one less.
    expect(champion.variance / share.variance).toBeCloseTo(1, 1);
    expect(champion.variance).toBeGreaterThan(arm.variance * 0.99);
  });

  it('have one of disagreement too', () => {
    const sample = { champion: rows(100), challenger: rows(100) };
    expect(withSpread('disagreement', sample).challenger.variance).toBeGreaterThan(0);
  });
});

describe('rows of any value', () => {
  const arm = (of: number, ...values: readonly number[]) =>
    momentsOf(Array.from({ length: of }, (_, row) => values[row % values.length] ?? 0));
  const half = (metric: string, sample: MetricSample) => {
    const { interval } = judgeMetric({ ...judgement, metric }, withSpread(metric, sample), 100);
    return ((interval?.high ?? 0) - (interval?.low ?? 0)) / 2;
  };

  it.each([
    ['that are all alike', 'mae', [3], 3],
    ['that are all 0', 'business.sold', [0], 1],
    ['that are all 1', 'business.sold', [1], 1],
    ['of which half a loss is as far as any', 'logLoss', [0, 1, 4], 4],
  ] as const)(
    '%s have an interval of a few times their size over their number',
    (_, metric, values, size) => {
      const one = arm(300, ...values);
      const pair = { champion: one, challenger: one, difference: arm(300, 0) };
      expect((300 * half(metric, pair)) / size).toBeGreaterThan(3);
      expect((300 * half(metric, pair)) / size).toBeLessThan(8);
    },
  );

  it('count as far as those of the other arm go', () => {
    const sample = { champion: arm(300, 1, 9), challenger: arm(300, 1) };
    const { challenger } = withSpread('mae', sample);
    expect(challenger.variance * 301).toBeCloseTo(1 + 8 ** 2, 9);
  });

  it('that differ are hardly further apart than they were, and never twice', () => {
    const many = arm(3_000, 1, 2, 5);
    const sample = { champion: many, challenger: many };
    const variance = (of: MetricSample) => withSpread('mae', of).champion.variance;
    expect(variance(sample) / many.variance).toBeCloseTo(1, 2);
    const rare = arm(300, 0, ...Array(298).fill(0), 50);
    expect(variance({ champion: rare, challenger: rare }) / rare.variance).toBeLessThan(2.01);
  });

  it('of a latency lie about its logarithm, whatever its unit', () => {
    const alike = arm(300, Math.log(250));
    expect(half('latencyMs', { champion: alike, challenger: alike })).toBeLessThan(0.05);
    expect(half('latencyMs', { champion: alike, challenger: alike })).toBeGreaterThan(0);
  });

  it('are as they were where nothing is known of single ones', () => {
    const { ends: _, ...told } = rows(100);
    const sample = { champion: told, challenger: told };
    expect(withSpread('rmse', sample)).toBe(sample);
  });
});
