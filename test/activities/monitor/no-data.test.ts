import { afterEach, expect, it, vi } from 'vitest';
import { inspectWindows } from '../../../activities/monitor/inspect-windows.js';
import type { TimeWindow } from '../../../contracts/index.js';
import { windowFrom } from '../../../monitoring/drift/index.js';
import { emptyMeasurement } from '../../../monitoring/measuring/empty-window.js';
import { volumeDue } from '../../../monitoring/measuring/volume-due.js';
import { diagnose } from '../../../monitoring/policy/index.js';
import { artifact, measurement } from '../../models/registry/sample-records.js';
import { HOUR_MS, START_MS, WEEK_MS } from '../../monitoring/drift/seasonal-stream.js';
import { monitorSpec } from '../../monitoring/measuring/monitor-spec.js';
import {
  hoursOf,
  linear,
  MODEL,
  monitoredWorld,
  REFERENCE_WEEKS,
} from '../../monitoring/measuring/monitored-world.js';
import { promoted } from './promoted.js';

afterEach(() => {
  vi.useRealTimers();
});

const hourly = monitorSpec({
  performance: null,
  window: { ...monitorSpec().window, everyMs: HOUR_MS, minRows: 10, allowedLatenessMs: 0 },
});
/** An hour of a week, counted from that week. */
const hour = (week: number, at: number): TimeWindow =>
  windowFrom(START_MS + week * WEEK_MS + at * HOUR_MS, HOUR_MS);

async function measuredBefore(rows: readonly number[]) {
  const world = await monitoredWorld(hourly);
  for (const [back, count] of rows.entries()) {
    const window = hour(REFERENCE_WEEKS - 1 - back, 9);
    const measured = measurement(MODEL, 1, window.end, { window, rows: count });
    await world.registry.recordMeasurement(measured);
  }
  return world;
}

it('an empty hour is no-data where the same hour of earlier weeks had rows', async () => {
  const world = await measuredBefore([100, 120]);
  const window = hour(REFERENCE_WEEKS, 9);
  const volume = await volumeDue(world, MODEL, window, hourly);
  expect(volume).toMatchObject({ rows: 0, expected: 110, windows: 2, verdict: 'low' });
  if (volume === null) throw new Error('rows were due');
  const empty = emptyMeasurement({
    model: MODEL,
    version: 1,
    window,
    profile: artifact('a'),
    volume,
  });
  const verdict = diagnose(empty, [], hourly);
  expect(verdict).toMatchObject({ kind: 'no-data', rule: 1 });
  expect(verdict.reason).toContain('0 rows came where about 110 were due');
});

it('an empty hour is nothing where earlier weeks had none, too few, or no history', async () => {
  const window = hour(REFERENCE_WEEKS, 9);
  for (const rows of [[], [100], [5, 6]]) {
    const world = await measuredBefore(rows);
    expect(await volumeDue(world, MODEL, window, hourly)).toBeNull();
  }
  const world = await measuredBefore([100, 120]);
  expect(await volumeDue(world, MODEL, hour(REFERENCE_WEEKS, 10), hourly)).toBeNull();
});

it('a live stream that stops is a silence once an hour is over in which rows were due', async () => {
  const world = await measuredBefore([100, 120]);
  const version = await world.register('linear');
  await promoted(world.registry, version);
  const inspect = inspectWindows({ ...world, predictionLog: world.predictions });
  const weekMs = START_MS + REFERENCE_WEEKS * WEEK_MS;
  const ask = { model: MODEL, decidedUntil: null, arrived: null, problem: null, woken: false };
  vi.useFakeTimers({ toFake: ['Date'], now: weekMs + 8 * HOUR_MS });
  await world.serve(version, hoursOf(REFERENCE_WEEKS, REFERENCE_WEEKS + 1).slice(0, 9), linear);

  vi.setSystemTime(weekMs + 10 * HOUR_MS - 1);
  expect((await inspect({ ...ask, silentFrom: null })).silence).toBeNull();
  vi.setSystemTime(weekMs + 10 * HOUR_MS);
  const { silence } = await inspect({ ...ask, silentFrom: null });
  expect(silence?.reason).toContain('where about 110 were due');
  expect(silence?.measurement).toMatchObject({ rows: 0, version });
  const silentFrom = silence?.window.start ?? null;
  expect((await inspect({ ...ask, silentFrom })).silence).toBeNull();

  // Each look is kept, with the window that is next.
  expect(await world.registry.monitorLook(MODEL)).toBeNull();
  const decidedUntil = hour(REFERENCE_WEEKS, 8).end;
  await inspect({ ...ask, silentFrom, decidedUntil, problem: 'the last one failed' });
  expect(await world.registry.monitorLook(MODEL)).toMatchObject({
    version,
    lookedAt: new Date(weekMs + 10 * HOUR_MS).toISOString(),
    decidedUntil,
    nextWindow: hour(REFERENCE_WEEKS, 9),
    rows: 9,
    problem: 'the last one failed',
  });
});
