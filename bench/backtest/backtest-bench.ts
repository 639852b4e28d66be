import { join } from 'node:path';
import type { BacktestDocument } from '../../contracts/index.js';
import { packageRoot } from '../../setup/places.mjs';
import type { Bench, BenchContext, BenchReport } from '../bench.js';
import { figure } from '../report/print.js';
import { median, rounded } from '../report/samples.js';
import { CLI, runProgram } from '../spawned.js';

const ROUNDS = 3;
const GOAL_S = 60;

export const backtestBench: Bench = {
  name: 'backtest',
  title: '`millrace backtest` on two years of bike-demand in weekly windows, its trainings cached',
  run: measureBacktest,
};

async function measureBacktest({ env, note }: BenchContext): Promise<BenchReport> {
  const cwd = join(packageRoot(), 'pipelines', 'examples', 'bike-demand');
  const command = [
    CLI,
    'backtest',
    'bike-demand.yaml',
    '--data',
    join('data', 'bike-hours.parquet'),
    '--every',
    '7d',
    '--json',
  ];
  note('trains what the cache does not hold yet: up to 100 models');
  const first = await runProgram(command, { cwd, env });
  const cold = JSON.parse(first.stdout) as BacktestDocument;
  const seconds: number[] = [];
  let last = cold;
  for (let round = 1; round <= ROUNDS; round += 1) {
    note(`round ${round} of ${ROUNDS}`);
    const { tookMs, stdout } = await runProgram(command, { cwd, env });
    seconds.push(tookMs / 1_000);
    last = JSON.parse(stdout) as BacktestDocument;
  }
  const row = (name: string, value: number) => [name, figure(value)];
  return {
    method: `${last.strategies.length} strategies over ${last.windows.count} windows, as a whole process; the median of ${ROUNDS}`,
    columns: [{ title: '' }, { title: 's', align: 'right' }],
    rows: [
      row(`first run (${cold.run.trained} trainings)`, first.tookMs / 1_000),
      row(`cached (${last.run.reused} found, ${last.run.trained} trained)`, median(seconds)),
    ],
    goals: [{ what: 'cached', value: median(seconds), atMost: GOAL_S, unit: ' s' }],
    figures: {
      windows: last.windows.count,
      strategies: last.strategies.map(({ name, meanError, retrains }) => ({
        name,
        meanError,
        retrains: retrains.started,
      })),
      seconds: seconds.map(rounded),
      first: { seconds: rounded(first.tookMs / 1_000), trained: cold.run.trained },
    },
  };
}
