import { describe, expect, it } from 'vitest';
import type { AnalysisVerdict, MetricJudgement } from '../../../contracts/index.js';
import { judgeMetric, type MetricSample, withSpread } from '../../../models/rollout/index.js';
import { seededRandom } from '../../../monitoring/drift/samples/seeded-random.js';
import { losses, nearlyAlike, type Random, type SimulatedArm, share } from './simulated-arms.js';

const EXPERIMENTS = 2_000;
const DAYS = 30;
const ALPHA = 0.05;
/** How far the count of so many experiments may lie above α by chance: three standard errors. */
const BY_CHANCE = 3 * Math.sqrt((ALPHA * (1 - ALPHA)) / EXPERIMENTS);

const judgement = (over: Partial<MetricJudgement>): MetricJudgement => ({
  metric: 'mae',
  kind: 'guardrail',
  higherIsBetter: false,
  margin: 0,
  relative: false,
  alpha: ALPHA,
  ...over,
});

interface Experiment {
  readonly champion: (random: Random) => SimulatedArm;
  readonly challenger: (random: Random) => SimulatedArm;
  readonly rowsADay: readonly [champion: number, challenger: number];
  readonly says: AnalysisVerdict;
  readonly judge?: (sample: MetricSample) => AnalysisVerdict;
}

/** Share of the experiments in which a look at the end of any day says so. */
function shareThatEverSays({ champion, challenger, rowsADay, says, judge }: Experiment): number {
  const random = seededRandom(20_261_121);
  let found = 0;
  for (let experiment = 0; experiment < EXPERIMENTS; experiment++) {
    const arms = [champion(random), challenger(random)] as const;
    for (let day = 0; day < DAYS; day++) {
      const sample = { champion: arms[0].next(rowsADay[0]), challenger: arms[1].next(rowsADay[1]) };
      if ((judge ?? guardrail)(sample) !== says) continue;
      found += 1;
      break;
    }
  }
  return found / EXPERIMENTS;
}

const judgedBy = (over: Partial<MetricJudgement>) => (sample: MetricSample) =>
  judgeMetric(judgement(over), withSpread('mae', sample), 100).verdict;
const guardrail = judgedBy({});

describe('two arms that are the same, looked at each day for 30 days', () => {
  it.each<readonly [string, (random: Random) => SimulatedArm, readonly [number, number]]>([
    ['of errors with a long tail', (random) => losses(random, 10), [120, 120]],
    ['of errors, where one arm has a tenth of the rows', (random) => losses(random, 10), [360, 40]],
    ['of errors that are nearly all alike', (random) => nearlyAlike(random, 0.02), [100, 100]],
    ['of a share of 20 %', (random) => share(random, 0.2), [150, 150]],
    ['of a share of 1 %', (random) => share(random, 0.01), [150, 150]],
    ['of a share of 1 %, where one arm has a tenth', (random) => share(random, 0.01), [450, 50]],
  ])(
    '%s: a guardrail raises a false alarm in at most α of 2,000 experiments',
    (_, arm, rowsADay) => {
      const rate = shareThatEverSays({ champion: arm, challenger: arm, rowsADay, says: 'fail' });
      expect(rate).toBeLessThanOrEqual(ALPHA);
    },
  );

  it('an ordinary test at the same α raises them far more often', () => {
    const rate = shareThatEverSays({
      champion: (random) => losses(random, 10),
      challenger: (random) => losses(random, 10),
      rowsADay: [120, 120],
      says: 'fail',
      judge: ({ champion, challenger }) => {
        const error = Math.sqrt(
          champion.variance / champion.rows + challenger.variance / challenger.rows,
        );
        return Math.abs(challenger.mean - champion.mean) > 1.96 * error ? 'fail' : 'pass';
      },
    });
    expect(rate).toBeGreaterThan(0.2);
  });

  it('none is called the better one in more than α', () => {
    const rate = shareThatEverSays({
      champion: (random) => share(random, 0.2),
      challenger: (random) => share(random, 0.2),
      rowsADay: [150, 150],
      says: 'pass',
      judge: judgedBy({ kind: 'superiority' }),
    });
    expect(rate).toBeLessThanOrEqual(ALPHA);
  });
});

describe('a challenger that is worse by exactly the margin', () => {
  it('is called no worse in at most α, of errors that are nearly all alike', () => {
    const says = (judge: (sample: MetricSample) => AnalysisVerdict) =>
      shareThatEverSays({
        champion: (random) => nearlyAlike(random, 0),
        challenger: (random) => nearlyAlike(random, 0.02),
        rowsADay: [100, 100],
        says: 'pass',
        judge,
      });
    const equivalence = { kind: 'nonInferiority', margin: 0.02 } as const;
    expect(says(judgedBy(equivalence))).toBeLessThanOrEqual(ALPHA);
    // In a hundred rows there is often none that differs.
    const bySpreadAlone = (sample: MetricSample) =>
      judgeMetric(judgement(equivalence), sample, 100).verdict;
    expect(says(bySpreadAlone)).toBeGreaterThan(2 * ALPHA);
  });

  it('is called no worse in at most α', () => {
    const rate = shareThatEverSays({
      champion: (random) => share(random, 0.2),
      challenger: (random) => share(random, 0.25),
      rowsADay: [150, 150],
      says: 'pass',
      judge: judgedBy({ kind: 'nonInferiority', margin: 0.05 }),
    });
    expect(rate).toBeLessThanOrEqual(ALPHA + BY_CHANCE);
  });
});

describe('an effect that is there', () => {
  it('a challenger with half as much error again is found by the guardrail nearly always', () => {
    const rate = shareThatEverSays({
      champion: (random) => losses(random, 10),
      challenger: (random) => losses(random, 15),
      rowsADay: [120, 120],
      says: 'fail',
    });
    expect(rate).toBeGreaterThan(0.99);
  });

  it('one that is as good is shown to be no worse by 5 points, most of the time', () => {
    const rate = shareThatEverSays({
      champion: (random) => share(random, 0.2),
      challenger: (random) => share(random, 0.2),
      rowsADay: [150, 150],
      says: 'pass',
      judge: judgedBy({ kind: 'nonInferiority', margin: 0.05 }),
    });
    expect(rate).toBeGreaterThan(0.8);
  });
});
