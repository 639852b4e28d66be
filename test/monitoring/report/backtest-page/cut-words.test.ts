import { expect, it } from 'vitest';
import type { BacktestStrategy } from '../../../../contracts/index.js';
import { backtestPage, cutLines } from '../../../../monitoring/report/backtest-page/index.js';
import { sampleBacktest } from './sample-backtest.js';

const DAY_MS = 86_400_000;

function cutBy(cut: BacktestStrategy['cutBy']) {
  const document = sampleBacktest(['policy']);
  return {
    ...document,
    strategies: document.strategies.map((item) =>
      item.name === 'policy' ? { ...item, cutBy: cut } : item,
    ),
  };
}

it.each([
  [{ everyMs: 7 * DAY_MS, slideMs: DAY_MS }, ['policy decides 30 windows of 7d, one ends each 1d']],
  [{ everyMs: 7 * DAY_MS, rows: 500 }, ['policy decides 30 windows of 500 rows']],
  [{ everyMs: DAY_MS }, ['policy decides 30 windows of 1d']],
  [{ everyMs: 7 * DAY_MS }, []],
  [null, []],
])('%j is said in %j', (cut, lines) => {
  expect(cutLines(cutBy(cut))).toEqual(lines);
  const page = backtestPage(cutBy(cut), { generatedAt: '2026-01-31T12:00:00Z', version: '1.0.0' });
  expect(page.includes('policy decides')).toBe(lines.length > 0);
});
