import { describe, expect, it } from 'vitest';
import { policyStrategy } from '../../backtest/strategies/cadences.js';
import { restrictedInputs } from '../../backtest/training/history-source.js';
import type { MonitorSpec } from '../../contracts/index.js';
import {
  backtestWorld,
  DAY_MS,
  dailyPipeline,
  HOUR_MS,
  hourly,
  START_MS,
} from './backtest-world.js';

const world = backtestWorld();
const TUNE = { seed: 1, trials: 1, trainShare: 0.6, maxSeconds: 60, retrainWeight: 0.05 };
const twoDays = hourly(10, () => 2);

describe('a history that cannot be replayed', () => {
  it.each([
    ['without the time column', twoDays.replace('time,', 'when,'), {}, /no column time/],
    ['without the target', twoDays.replace(',y\n', ',z\n'), {}, /no column y, which step train/],
    ['with a time that is none', `${twoDays}\nsoon,1,2`, {}, /soon|not a time/],
    ['too short for two windows', hourly(2, () => 2), {}, /fewer than 2 whole windows/],
    ['coarser than the windows', twoDays, { everyMs: HOUR_MS / 2 }, /shorter than the 1h/],
    ['that begins after its end', twoDays, { fromMs: Date.UTC(2030, 0, 1) }, /fewer than 2/],
    [
      'with nothing to learn from',
      twoDays,
      { fromMs: START_MS },
      /nothing is known before 2024-01/,
    ],
    [
      'too short to tune on',
      hourly(7, () => 2),
      { tune: TUNE },
      /splits 3 windows into 1 to search/,
    ],
  ])('%s', async (_what, text, over, message) => {
    world.write('line.csv', text);
    await expect(world.run(dailyPipeline(), 'line.csv', over)).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringMatching(message),
    });
  });

  it('is not there', async () => {
    await expect(world.run(dailyPipeline(), 'none.csv')).rejects.toMatchObject({
      type: 'InvalidInput',
    });
  });
});

it('refuses windows that leave rows out between them, or that hold less than a row', async () => {
  world.write('line.csv', twoDays);
  const sliding = dailyPipeline().replace('every: 1d,', 'every: 1d, slide: 6h,');
  await expect(world.run(sliding, 'line.csv', { everyMs: 2 * HOUR_MS })).rejects.toMatchObject({
    type: 'InvalidInput',
    message: expect.stringMatching(/^policy looks at windows of 2h that end each 6h/),
  });
  const strategies = (monitor: MonitorSpec) => {
    const window = { ...monitor.window, everyMs: HOUR_MS / 2 };
    return [policyStrategy('short', { ...monitor, window })];
  };
  await expect(world.run(dailyPipeline(), 'line.csv', { strategies })).rejects.toMatchObject({
    type: 'InvalidInput',
    hint: 'give short a window.every of 1h or more',
  });
});

it('refuses a pipeline whose data no replay can restrict', async () => {
  world.write('line.csv', twoDays);
  const without = dailyPipeline()
    .replace(/ {2}ingest:.*\n/, '  ingest: { run: ["true"] }\n')
    .replace('${steps.ingest.data}', '${steps.ingest.data}');
  await expect(world.run(without, 'line.csv')).rejects.toMatchObject({
    type: 'InvalidInput',
    message: 'line has no ingest step that could read line.csv',
  });
});

it('refuses a monitor that names no metric', async () => {
  world.write('line.csv', twoDays);
  const yaml = dailyPipeline()
    .replace(/ {2}performance: \{ metric.*\n/, '')
    .replace('    performance: retrain\n', '');
  await expect(world.run(yaml, 'line.csv')).rejects.toMatchObject({
    type: 'InvalidInput',
    message: expect.stringMatching(/monitor\.performance names no metric/),
  });
});

const NO_COLUMNS = { rows: 0, columns: [], metadata: {} };

it('cuts an ingest step off where the future begins, whatever the step asks for', () => {
  const history = { path: '/data/line.csv', timeColumn: 'time', table: NO_COLUMNS, business: [] };
  const known = Date.UTC(2024, 0, 5);
  const cut = (to: string | null) =>
    restrictedInputs({ source: 'x.csv', to, format: 'csv' }, history, known)['to'];
  expect(cut('2024-01-09')).toBe('2024-01-05T00:00:00Z');
  expect(cut('2024-01-03')).toBe('2024-01-03T00:00:00Z');
  expect(cut(null)).toBe('2024-01-05T00:00:00Z');
  expect(restrictedInputs({ source: 'x.csv', format: 'csv' }, history, known - DAY_MS)).toEqual({
    source: '/data/line.csv',
    time: 'time',
    to: '2024-01-04T00:00:00Z',
  });
});
