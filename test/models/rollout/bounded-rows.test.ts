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

  it('are those of accuracy and disagreement: another metric is as it was', () => {
    const sample = { champion: rows(100), challenger: rows(100) };
    expect(withSpread('mae', sample)).toBe(sample);
    expect(withSpread('disagreement', sample).challenger.variance).toBeGreaterThan(0);
  });
});
