import { describe, expect, it } from 'vitest';
import { fairness } from '../../../../monitoring/drift/performance/index.js';
import { seededRandom } from '../../../../monitoring/drift/samples/seeded-random.js';

/** Rows of a group: [decision, label, how many]. */
function people(parts: Record<string, readonly (readonly [number, number, number])[]>) {
  const rows = Object.entries(parts).flatMap(([group, of]) =>
    of.flatMap(([decision, label, count]) =>
      Array.from({ length: count }, () => ({ group, decision, label })),
    ),
  );
  return {
    decisions: rows.map(({ decision }) => decision),
    labels: rows.map(({ label }) => label),
    groups: rows.map(({ group }) => group),
  };
}

describe('fairness', () => {
  const sample = people({
    // 50 deserved it and 40 got it; 50 did not and 20 got it all the same
    a: [
      [1, 1, 40],
      [0, 1, 10],
      [1, 0, 20],
      [0, 0, 30],
    ],
    // 50 and 20; 50 and 20
    b: [
      [1, 1, 20],
      [0, 1, 30],
      [1, 0, 20],
      [0, 0, 30],
    ],
  });

  it('measures the three criteria', () => {
    const report = fairness(sample);
    expect(report.demographicParity).toMatchObject({
      lowest: 'b',
      highest: 'a',
      verdict: 'unfair',
    });
    expect(report.demographicParity.difference).toBeCloseTo(0.2, 12);
    expect(report.demographicParity.ratio).toBeCloseTo(2 / 3, 12);
    expect(report.equalOpportunity.difference).toBeCloseTo(0.4, 12);
    // scipy.stats.chi2_contingency([[40, 10], [20, 30]]).pvalue
    expect(report.equalOpportunity.pValue).toBeCloseTo(0.00010516355403363114, 15);
    expect(report.equalisedOdds).toEqual(report.equalOpportunity);
    expect(report.groups[0]?.truePositive).toMatchObject({ value: 0.8, method: 'clopper-pearson' });
  });

  it('calls a ratio under the least one unfair, however small the difference', () => {
    const rare = people({
      a: [
        [1, 1, 60],
        [0, 0, 1_940],
      ],
      b: [
        [1, 1, 20],
        [0, 0, 1_980],
      ],
    });
    expect(fairness(rare).demographicParity.verdict).toBe('fair');
    const fourFifths = fairness(rare, { minRatio: 0.8 }).demographicParity;
    expect(fourFifths.verdict).toBe('unfair');
    expect(fourFifths.ratio).toBeCloseTo(1 / 3, 12);
    expect(() => fairness(rare, { minRatio: 1.2 })).toThrow(RangeError);
  });

  it('calls a difference unfair only beyond chance and past the tolerance', () => {
    expect(fairness(sample, { tolerance: 0.25 }).demographicParity.verdict).toBe('fair');
    const few = people({
      a: [
        [1, 1, 20],
        [0, 1, 12],
      ],
      b: [
        [1, 1, 16],
        [0, 1, 16],
      ],
    });
    expect(fairness(few).demographicParity).toMatchObject({ verdict: 'fair' });
  });

  it('compares nothing with too few rows, groups or labels', () => {
    const small = people({ a: [[1, 1, 100]], b: [[0, 1, 5]] });
    expect(fairness(small).demographicParity.verdict).toBe('insufficient');
    const unlabelled = fairness({ ...sample, labels: null });
    expect(unlabelled.demographicParity.verdict).toBe('unfair');
    expect(unlabelled.equalOpportunity.verdict).toBe('insufficient');
    expect(unlabelled.equalisedOdds.pValue).toBeNull();
    expect(fairness({ decisions: [], labels: null, groups: [] }).groups).toEqual([]);
  });

  it('has a defined result where everybody, or nobody, is chosen', () => {
    const all = people({ a: [[1, 1, 40]], b: [[1, 1, 40]] });
    expect(fairness(all).demographicParity).toMatchObject({ verdict: 'fair', pValue: 1, ratio: 1 });
    const none = people({ a: [[0, 1, 40]], b: [[0, 1, 40]] });
    expect(fairness(none).demographicParity).toMatchObject({ verdict: 'fair', ratio: 1 });
  });

  it('leaves out rows whose group is not known, and refuses unequal lengths', () => {
    const groups = sample.groups.map((group, row) => (row % 2 === 0 ? group : null));
    expect(fairness({ ...sample, groups }).groups.map(({ rows }) => rows)).toEqual([50, 50]);
    expect(() => fairness({ decisions: [1], labels: null, groups: [] })).toThrow('1 decisions');
    expect(() => fairness(sample, { tolerance: 10 })).toThrow('0 to 1');
  });

  it('calls fair groups unfair at most as often as it says (seed 5)', () => {
    const random = seededRandom(5);
    let alarms = 0;
    for (let run = 0; run < 300; run += 1) {
      const groups = Array.from({ length: 300 }, () => 'abc'[Math.floor(3 * random())] ?? 'a');
      const decisions = groups.map(() => (random() < 0.5 ? 1 : 0));
      const labels = groups.map(() => (random() < 0.5 ? 1 : 0));
      const report = fairness({ decisions, labels, groups }, { tolerance: 0 });
      if (report.equalisedOdds.verdict === 'unfair') alarms += 1;
    }
    expect(alarms / 300).toBeLessThanOrEqual(0.07);
    expect(alarms).toBeGreaterThan(0);
  });
});
