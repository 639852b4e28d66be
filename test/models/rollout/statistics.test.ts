import { describe, expect, it } from 'vitest';
import type { MetricJudgement } from '../../../contracts/index.js';
import {
  judgeMetric,
  type LabelledRows,
  STATISTICS,
  type Statistic,
  statisticSample,
} from '../../../models/rollout/index.js';
import { estimateOf } from '../../../models/rollout/statistics/statistic-sample.js';
import { METRICS } from '../../../monitoring/drift/performance/metrics/registry.js';
import { seededRandom } from '../../../monitoring/drift/samples/seeded-random.js';
import { classified, measured } from './simulated-rows.js';

const REGRESSION: readonly Statistic[] = ['rmse', 'r2'];
const sampleOf = (statistic: Statistic, random: () => number, rows: number, classes = 2) =>
  REGRESSION.includes(statistic)
    ? { rows: measured(random, rows), classes: 0 }
    : { rows: classified(random, rows, classes), classes };

/** The library's own metric of the rows. */
function libraryValue(name: string, rows: LabelledRows, classes: number): number | null {
  const metric = METRICS.find((known) => known.name === name);
  const names = Array.from({ length: classes }, (_, index) => `class ${index}`);
  if (metric?.task === 'regression') return metric.compute(rows);
  return metric?.compute({ ...rows, classes: names }) ?? null;
}

const same = (rows: LabelledRows, classes: number) =>
  ({ champion: rows, challenger: rows, paired: false, classes }) as const;
const oriented = (statistic: Statistic, value: number) => (statistic === 'rmse' ? value : -value);

describe.each(STATISTICS)('%s', (statistic) => {
  it.each([2, 4])('has the value of the library’s metric, with %i classes', (classes) => {
    const sample = sampleOf(statistic, seededRandom(7), 300, classes);
    const { champion } = statisticSample(statistic, same(sample.rows, sample.classes));
    const expected = libraryValue(statistic, sample.rows, sample.classes) ?? Number.NaN;
    expect(champion.mean).toBeCloseTo(oriented(statistic, expected), 12);
  });

  it.each([2, 3])(
    'gives each row the influence that leaving it out has, with %i classes',
    (classes) => {
      const { rows, classes: known } = sampleOf(statistic, seededRandom(11), 400, classes);
      const estimate = estimateOf(statistic, rows, known);
      const count = rows.labels.length;
      const off = Array.from({ length: 40 }, (_, row) => {
        const left = libraryValue(statistic, without(rows, row, known), known) ?? Number.NaN;
        const whole = estimate?.value ?? Number.NaN;
        return Math.abs((count - 1) * (whole - left) - (estimate?.influence[row] ?? Number.NaN));
      });
      const size = Math.sqrt(
        (estimate?.influence ?? new Float64Array(0)).reduce((sum, each) => sum + each * each, 0) /
          count,
      );
      expect(Math.max(...off)).toBeLessThan(0.05 * size);
    },
  );
});

function without(rows: LabelledRows, out: number, classes: number): LabelledRows {
  const keep = (_: number, row: number) => row !== out;
  return {
    labels: rows.labels.filter(keep),
    predictions: rows.predictions.filter(keep),
    probabilities: rows.probabilities.filter((_, at) => Math.floor(at / classes) !== out),
  };
}

const EXPERIMENTS = 60;
const LOOKS = 5;
const ROWS_A_LOOK = 120;

describe('an interval of a metric that is no mean over rows', () => {
  it.each(STATISTICS)(
    'of %s between equal arms, looked at again and again, hardly ever alarms',
    (statistic) => {
      const random = seededRandom(20_261_121);
      let alarms = 0;
      for (let experiment = 0; experiment < EXPERIMENTS; experiment += 1) {
        const { rows: one, classes } = sampleOf(statistic, random, LOOKS * ROWS_A_LOOK);
        const { rows: other } = sampleOf(statistic, random, LOOKS * ROWS_A_LOOK);
        for (let look = 1; look <= LOOKS; look += 1) {
          const sample = statisticSample(statistic, {
            champion: first(one, look * ROWS_A_LOOK, classes),
            challenger: first(other, look * ROWS_A_LOOK, classes),
            paired: false,
            classes,
          });
          if (judgeMetric(guardrail(statistic), sample, 100).verdict !== 'fail') continue;
          alarms += 1;
          break;
        }
      }
      // α, and three standard errors of so few experiments.
      const byChance = 3 * Math.sqrt((0.05 * 0.95) / EXPERIMENTS);
      expect(alarms / EXPERIMENTS).toBeLessThanOrEqual(0.05 + byChance);
    },
  );

  it.each(['f1', 'rocAuc', 'averagePrecision'] as const)(
    'of %s finds a model that guesses, and passes one that is the same',
    (statistic) => {
      const random = seededRandom(3);
      const champion = classified(random, 3_000, 2);
      const guess = classified(random, 3_000, 2, 0);
      const judge = (challenger: LabelledRows, over: Partial<MetricJudgement>) =>
        judgeMetric(
          { ...guardrail(statistic), ...over },
          statisticSample(statistic, { champion, challenger, paired: false, classes: 2 }),
          100,
        ).verdict;
      expect(judge(guess, {})).toBe('fail');
      expect(judge(classified(random, 3_000, 2), { kind: 'nonInferiority', margin: 0.15 })).toBe(
        'pass',
      );
    },
  );

  it('is narrower where both arms answered the same rows', () => {
    const random = seededRandom(5);
    const champion = classified(random, 2_000, 2);
    const widths = [false, true].map((paired) => {
      const sample = statisticSample('f1', { champion, challenger: champion, paired, classes: 2 });
      const { interval } = judgeMetric(guardrail('f1'), sample, 100);
      return (interval?.high ?? 0) - (interval?.low ?? 0);
    });
    expect(widths[1]).toBeLessThan((widths[0] ?? 0) / 3);
    expect(widths[1]).toBeGreaterThan(0);
  });
});

describe('what is too rare', () => {
  it('is no data, and says of which class in which arm', () => {
    const labels = Float64Array.from({ length: 500 }, (_, row) => (row < 7 ? 1 : 0));
    const rows: LabelledRows = {
      labels,
      predictions: labels,
      probabilities: Float64Array.from({ length: 1_000 }, (_, at) =>
        at % 2 === labels[at >> 1] ? 1 : 0,
      ),
    };
    const sample = statisticSample('recall', same(rows, 2));
    expect(judgeMetric(guardrail('recall'), sample, 100).verdict).toBe('no-data');
    expect(sample.lacks).toBe('7 rows of class 2 in the champion (needed: 20)');
  });

  it('and what was never wrong is not known to be without spread', () => {
    const labels = Float64Array.from({ length: 200 }, (_, row) => row % 2);
    const rows = { labels, predictions: labels, probabilities: new Float64Array(0) };
    const { champion } = statisticSample('recall', same(rows, 2));
    expect(champion.mean).toBe(-1);
    expect(champion.variance).toBeGreaterThan(0);
  });

  it.each(['rmse', 'r2'] as const)(
    'nor where both models of a regression say the same: %s',
    (statistic) => {
      const { labels, ...others } = measured(seededRandom(2), 200);
      for (const predictions of [others.predictions, labels]) {
        const rows = { ...others, labels, predictions };
        const arms = { champion: rows, challenger: rows, paired: true, classes: 0 };
        const { champion, difference } = statisticSample(statistic, arms);
        expect(champion.variance).toBeGreaterThan(0);
        expect(difference).toMatchObject({ mean: 0, rows: 200 });
        expect(difference?.variance).toBeGreaterThan(0);
        const ni = { ...guardrail(statistic), kind: 'nonInferiority', margin: 0.05 } as const;
        const sample = statisticSample(statistic, arms);
        expect(judgeMetric(ni, sample, 100).verdict).toBe('inconclusive');
      }
    },
  );
});

function first(
  { labels, predictions, probabilities }: LabelledRows,
  rows: number,
  classes: number,
) {
  return {
    labels: labels.subarray(0, rows),
    predictions: predictions.subarray(0, rows),
    probabilities: probabilities.subarray(0, rows * classes),
  };
}

function guardrail(metric: Statistic): MetricJudgement {
  const higherIsBetter = metric !== 'rmse';
  return { metric, kind: 'guardrail', higherIsBetter, margin: 0, relative: false, alpha: 0.05 };
}
