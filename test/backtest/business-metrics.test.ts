import { describe, expect, it } from 'vitest';
import { businessColumns } from '../../backtest/history/business-columns.js';
import { readHistory } from '../../backtest/history/history.js';
import { restrictedInputs } from '../../backtest/training/history-source.js';
import {
  backtestWorld,
  DAY_MS,
  dailyPipeline,
  HOUR_MS,
  hasPython,
  hourly,
  START_MS,
} from './backtest-world.js';

const world = backtestWorld();
const never = new AbortController().signal;

/** `line.csv` with what each row was worth: little from a day on, and nothing known of every third row. */
function withRevenue(days: number, falls: number): string {
  const [header, ...lines] = hourly(days, () => 2).split('\n');
  const worth = (row: number) => (row % 3 === 0 ? '' : row < falls * 24 ? 12.5 : 2);
  return [`${header},business.revenue`, ...lines.map((line, row) => `${line},${worth(row)}`)].join(
    '\n',
  );
}

describe('business metrics in a history', () => {
  it.skipIf(!hasPython)(
    'are what conditions read, per prediction that has a value',
    async () => {
      world.write('line.csv', withRevenue(9, 7));
      const yaml = dailyPipeline().replace(
        '    performance: retrain\n',
        `    performance: retrain
    conditions:
      - { name: revenue down, when: "has(business.revenue) && business.revenue.mean < 10", action: alert }
`,
      );
      const { strategies } = await world.run(yaml, 'line.csv');
      const policy = strategies.find(({ name }) => name === 'policy');
      const told = policy?.decisions.map(({ window, verdict }) => [
        window.start.slice(0, 10),
        verdict.kind,
        verdict.action,
      ]);
      expect(told).toEqual([
        ['2024-01-05', 'ok', 'none'],
        ['2024-01-06', 'ok', 'none'],
        ['2024-01-07', 'ok', 'none'],
        ['2024-01-08', 'condition', 'alert'],
        ['2024-01-09', 'condition', 'alert'],
      ]);
    },
    120_000,
  );

  it('are left out of what an ingest step is given, unless it names them itself', async () => {
    const path = world.write('worth.csv', withRevenue(2, 1));
    const history = await readHistory(path, 'worth.csv', 'time', never);
    const known = START_MS + DAY_MS + HOUR_MS;
    expect(restrictedInputs({}, history, known)['columns']).toEqual(['time', 'x', 'y']);
    expect(restrictedInputs({ columns: ['x'] }, history, known)['columns']).toEqual(['x']);
  });

  it.each([
    ['business.', 'number', /column business\. names no business metric/],
    ['business.1st', 'number', /names no business metric/],
    ['business.revenue', 'string', /column business\.revenue is of kind string/],
  ] as const)('are refused as %s of kind %s', (name, kind, message) => {
    const column =
      kind === 'string'
        ? { name, kind, values: ['much'] }
        : { name, kind, values: Float64Array.of(1) };
    expect(() => businessColumns({ columns: [column] }, 'worth.csv')).toThrow(message);
  });
});
