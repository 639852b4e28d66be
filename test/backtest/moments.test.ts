import { expect, it } from 'vitest';
import { firstRowAt, grainMs, type History } from '../../backtest/history/history.js';
import { Timeline } from '../../backtest/history/timeline.js';
import { comparedWindows, momentsOf } from '../../backtest/replay/moments.js';
import {
  cadenceStrategy,
  neverStrategy,
  policyStrategy,
} from '../../backtest/strategies/cadences.js';
import { DAY_MS, monitorSpec, WEEK_MS } from '../monitoring/measuring/monitor-spec.js';

/** A Monday. */
const START_MS = Date.UTC(2024, 0, 1);
const range = { startMs: START_MS, endMs: START_MS + 5 * WEEK_MS, everyMs: WEEK_MS };
/** An hour each, and one day after the end. */
const hours = Float64Array.from({ length: (5 * 7 + 1) * 24 }, (_, i) => START_MS + i * 3_600_000);
const world = { ...range, history: { timesMs: hours } as History };

it('compares strategies over whole windows of the monitor’s grid', () => {
  expect(comparedWindows(range)).toHaveLength(5);
  expect(comparedWindows({ ...range, endMs: range.endMs - 1 })).toHaveLength(4);
  expect(comparedWindows({ ...range, startMs: START_MS + 1 }).map(({ start }) => start)[0]).toBe(
    '2024-01-08T00:00:00Z',
  );
});

it('decides a window once nothing more of it is waited for', async () => {
  const { window, labels } = monitorSpec();
  const moments = await momentsOf(world, policyStrategy('policy', monitorSpec()));
  expect(moments.map(({ kind, atMs }) => [kind, (atMs - START_MS) / DAY_MS])).toEqual([
    ...[1, 2, 3, 4].map((week) => [
      'window',
      7 * week + (window.allowedLatenessMs + labels.delayMs) / DAY_MS,
    ]),
    // No later row comes: an idle stream is not waited for.
    ['window', 7 * 5 + labels.delayMs / DAY_MS],
  ]);
});

it('retrains by the clock from the start on, and never where nothing asks for it', async () => {
  const weekly = await momentsOf(world, cadenceStrategy('weekly', WEEK_MS, monitorSpec()));
  expect(weekly.map(({ atMs }) => (atMs - START_MS) / WEEK_MS)).toEqual([1, 2, 3, 4]);
  expect(await momentsOf(world, neverStrategy(monitorSpec()))).toEqual([]);
});

it('tells who served each row, also where a version came back within a window', () => {
  const timesMs = Float64Array.from({ length: 10 }, (_, i) => START_MS + i * DAY_MS);
  const timeline = new Timeline({ timesMs });
  timeline.switch(1, START_MS);
  timeline.switch(2, START_MS + 3 * DAY_MS);
  timeline.switch(1, START_MS + 5 * DAY_MS + 1);
  expect(timeline.between(START_MS + DAY_MS, START_MS + 8 * DAY_MS)).toEqual([
    { version: 1, from: 1, to: 3 },
    { version: 2, from: 3, to: 6 },
    { version: 1, from: 6, to: 8 },
  ]);
});

it('finds rows by their time, and the usual step between them', () => {
  const timesMs = Float64Array.from([0, 10, 10, 20, 30, 90]);
  expect([-1, 0, 10, 11, 90, 91].map((ms) => firstRowAt({ timesMs }, ms))).toEqual([
    0, 0, 1, 3, 5, 6,
  ]);
  expect(grainMs({ timesMs })).toBe(10);
});
