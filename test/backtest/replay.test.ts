import { beforeAll, describe, expect, it } from 'vitest';
import type { BacktestDocument, BacktestStrategy } from '../../contracts/index.js';
import {
  FOUND_WHEN_BROKEN,
  TRAINING_DAYS,
  watchedPipeline,
  writeHistory,
} from '../workflows/watched-model.js';
import { backtestWorld, dailyPipeline, hasPython, hourly } from './backtest-world.js';

const world = backtestWorld();

function strategy(document: BacktestDocument, name: string): BacktestStrategy {
  const found = document.strategies.find((item) => item.name === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
}

const errors = ({ windows }: BacktestStrategy) => windows.map(({ error }) => error);

describe.skipIf(!hasPython)('a backtest', () => {
  it('decides each window as the live monitor decided it on the same data', async () => {
    writeHistory(world.path('watched.csv'), TRAINING_DAYS + 3, TRAINING_DAYS + 1);
    const document = await world.run(watchedPipeline('watched'), 'watched.csv', {
      fromMs: Date.UTC(2011, 0, 15),
    });
    const policy = strategy(document, 'policy');
    const signalled = new Map(policy.events.map(({ kind, at }) => [at, kind]));
    expect(
      policy.windows.map(({ window, verdict }) =>
        [
          window.start.slice(0, 10),
          verdict?.kind,
          verdict?.action,
          signalled.get(window.end) === undefined ? '-' : 'retrain',
        ].join(' '),
      ),
    ).toEqual(FOUND_WHEN_BROKEN);
    expect(policy.retrains.started).toBe(1);
  }, 120_000);

  describe('over a world whose slope changes once', () => {
    const CHANGE = 6;
    let document: BacktestDocument;
    beforeAll(async () => {
      world.write(
        'line.csv',
        hourly(9, (day) => (day < CHANGE ? 2 : 5)),
      );
      document = await world.run(dailyPipeline(), 'line.csv', {
        compare: ['never', 'every:1d'],
        driftsMs: [Date.UTC(2024, 0, 1 + CHANGE)],
        pricePerSecond: 2,
      });
    }, 120_000);

    it('replays whole windows from the end of the first model’s data on', () => {
      expect(document.windows).toMatchObject({
        count: 5,
        from: '2024-01-05T00:00:00Z',
        to: '2024-01-10T00:00:00Z',
      });
      expect(document.strategies.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
        'policy policy',
        'never never',
        'every:1d cadence',
        'oracle oracle',
      ]);
    });

    it('finds the change, retrains on it and is as good again, which never is not', () => {
      const [policy, never] = [strategy(document, 'policy'), strategy(document, 'never')];
      expect(policy.retrains.started).toBeGreaterThanOrEqual(1);
      expect(policy.retrains.started).toBeLessThanOrEqual(3);
      expect(policy.drifts).toMatchObject({ detected: 1, missed: 0, falseAlarms: 0 });
      expect(policy.drifts?.delaysMs).toEqual([86_400_000]);
      expect(errors(policy).at(-1)).toBeLessThan(10);
      expect(errors(never).at(-1)).toBeGreaterThan(100);
      expect(never.retrains.started).toBe(0);
      expect(never.cost).toBe(0);
    });

    it('counts regret from the oracle, and cost by the price', () => {
      const oracle = strategy(document, 'oracle');
      expect(oracle.retrains).toMatchObject({ started: 4, promoted: 4 });
      expect(oracle.regret).toEqual({ total: 0, mean: 0 });
      const never = strategy(document, 'never');
      const sums = errors(never).map((error, i) => (error ?? 0) - (errors(oracle)[i] ?? 0));
      expect(never.regret?.total).toBeCloseTo(
        sums.reduce((sum, one) => sum + one, 0),
        9,
      );
      expect(oracle.cost).toBeCloseTo(2 * oracle.trainingSeconds, 3);
    });

    it('names the cheapest cadence within 5 % of the best', () => {
      expect(document.cheapest).toMatchObject({ within: 0.05, cadence: 'every:1d' });
    });

    it('decides windows that slide, or that hold so many rows, as they come', async () => {
      const cutAs = (how: string) => dailyPipeline().replace('every: 1d,', `every: 1d, ${how},`);
      const ends = (cut: BacktestDocument) =>
        strategy(cut, 'policy').decisions.map(({ window }) => window.end.slice(5, 16));
      const sliding = await world.run(cutAs('slide: 12h'), 'line.csv');
      expect(ends(sliding).slice(0, 4)).toEqual([
        '01-05T12:00',
        '01-06T00:00',
        '01-06T12:00',
        '01-07T00:00',
      ]);
      // The change shows in the first window that holds half a day of it.
      expect(
        strategy(sliding, 'policy').decisions.find(({ verdict }) => verdict.action !== 'none')
          ?.window,
      ).toEqual({ start: '2024-01-06T12:00:00Z', end: '2024-01-07T12:00:00Z' });
      // What strategies are compared over stays the same.
      expect(sliding.windows).toEqual(document.windows);

      const counted = await world.run(cutAs('rows: 30'), 'line.csv');
      expect(ends(counted)).toEqual(['01-06T05:00', '01-07T11:00', '01-08T17:00', '01-09T23:00']);
      expect(strategy(counted, 'policy').cutBy).toEqual({ everyMs: 86_400_000, rows: 30 });
    }, 120_000);

    it('trains nothing again, and says the same', async () => {
      const again = await world.run(dailyPipeline(), 'line.csv', {
        compare: ['never', 'every:1d'],
        driftsMs: [Date.UTC(2024, 0, 1 + CHANGE)],
        pricePerSecond: 2,
      });
      expect(again.run.trained).toBe(0);
      expect(again.run.reused).toBeGreaterThan(0);
      expect({ ...again, run: null }).toEqual({ ...document, run: null });
    });

    it('tunes on the first part of time and judges on the rest', async () => {
      const tuned = await world.run(dailyPipeline(), 'line.csv', {
        tune: { seed: 7, trials: 3, trainShare: 0.6, maxSeconds: 300, retrainWeight: 0.05 },
      });
      const { tuning } = tuned;
      expect(tuning).toMatchObject({
        seed: 7,
        split: '2024-01-08T00:00:00Z',
        trainWindows: 3,
        testWindows: 2,
      });
      expect(tuning?.trials).toHaveLength(4);
      const objectives = tuning?.trials.map(({ train }) => train.objective ?? Infinity) ?? [];
      expect(tuning?.best.train.objective).toBe(Math.min(...objectives));
      expect(tuning?.best.test.meanError).not.toBeNull();
      expect(tuning?.overlay).toContain('guards:');
    }, 120_000);
  });

  it('knows at no moment a label that has not come by then', async () => {
    // Labels come a day late. Day 5 after its first hour is told differently in the second history.
    const yaml = dailyPipeline('1d', '48h');
    world.write(
      'line.csv',
      hourly(8, () => 2),
    );
    const told = await world.run(yaml, 'line.csv', { compare: ['every:1d'] });
    world.write(
      'line.csv',
      hourly(8, (day) => (day > 5 && day < 6 ? 4 : 2)),
    );
    const otherwise = await world.run(yaml, 'line.csv', { compare: ['every:1d'] });
    const [one, other] = [told, otherwise].map((document) =>
      errors(strategy(document, 'every:1d')),
    );
    // Windows begin with day 4. What serves on day 6 was trained before day 5 was labelled.
    expect(other?.[0]).toBe(one?.[0]);
    expect(other?.[1]).not.toBe(one?.[1]);
    expect(other?.[2]).toBe(one?.[2]);
    expect(other?.[3]).not.toBe(one?.[3]);
  }, 300_000);
});
