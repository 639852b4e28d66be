import { expect, it } from 'vitest';
import { firstRowAt, grainMs } from '../../backtest/history/history.js';
import { Timeline } from '../../backtest/history/timeline.js';
import { momentsOf, windowsOf } from '../../backtest/replay/moments.js';
import type { ReplayWorld } from '../../backtest/replay/world.js';
import {
  cadenceStrategy,
  neverStrategy,
  policyStrategy,
} from '../../backtest/strategies/cadences.js';
import { dueWindows } from '../../monitoring/measuring/due-windows.js';
import { DAY_MS, monitorSpec, WEEK_MS } from '../monitoring/measuring/monitor-spec.js';

/** A Monday. */
const START_MS = Date.UTC(2024, 0, 1);
const range = { startMs: START_MS, endMs: START_MS + 5 * WEEK_MS, everyMs: WEEK_MS };
const world = range as ReplayWorld;

it('cuts what is replayed into whole windows of the monitor’s grid', () => {
  expect(windowsOf(range)).toHaveLength(5);
  expect(windowsOf({ ...range, endMs: range.endMs - 1 })).toHaveLength(4);
  expect(windowsOf({ ...range, startMs: START_MS + 1 }).map(({ start }) => start)[0]).toBe(
    '2024-01-08T00:00:00Z',
  );
});

it('decides a window at the very moment at which the monitor would find it due', () => {
  const spec = monitorSpec();
  for (const moment of momentsOf(world, policyStrategy('policy', spec))) {
    if (moment.kind !== 'window') throw new Error('a policy has no cadence');
    const seen = (watermarkMs: number) =>
      dueWindows(
        spec,
        { rows: 1, firstEventTimeMs: START_MS, watermarkMs, lastArrivalMs: watermarkMs },
        null,
        watermarkMs,
      );
    expect(seen(moment.atMs)).toContainEqual(moment.window);
    expect(seen(moment.atMs - 1)).not.toContainEqual(moment.window);
  }
});

it('retrains by the clock from the start on, and never where nothing asks for it', () => {
  const weekly = momentsOf(world, cadenceStrategy('weekly', WEEK_MS, monitorSpec()));
  expect(weekly.map(({ atMs }) => (atMs - START_MS) / WEEK_MS)).toEqual([1, 2, 3, 4]);
  expect(momentsOf(world, neverStrategy(monitorSpec()))).toEqual([]);
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
