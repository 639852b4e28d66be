import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { countLate } from '../../../activities/monitor/correct-window.js';
import {
  type InspectRequest,
  inspectWindows,
} from '../../../activities/monitor/inspect-windows.js';
import { measureServed } from '../../../activities/monitor/measure-served.js';
import type { MonitorSpec } from '../../../contracts/index.js';
import { windowFrom } from '../../../monitoring/drift/index.js';
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

const WINDOW = windowFrom(START_MS + REFERENCE_WEEKS * WEEK_MS, WEEK_MS);
const CONTEXT = { heartbeat: () => undefined, cancellationSignal: new AbortController().signal };
const NOW_MS = Date.parse('2026-03-01T12:00:00Z');
/** After the window was measured, within the same day. */
const later = (minutes: number) => vi.setSystemTime(NOW_MS + minutes * 60_000);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW_MS });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A champion, and what its monitor asks. */
async function watched(over: Partial<MonitorSpec> = {}) {
  const world = await monitoredWorld(monitorSpec(over));
  const version = await world.register('linear');
  await promoted(world.registry, version);
  const deps = { ...world, predictionLog: world.predictions };
  return {
    ...world,
    version,
    deps,
    inspect: (request: Partial<InspectRequest> = {}) =>
      inspectWindows(deps)({
        model: MODEL,
        decidedUntil: null,
        arrived: null,
        silentFrom: null,
        problem: null,
        woken: false,
        ...request,
      }),
    async decide(): Promise<void> {
      const served = await measureServed(deps, MODEL, WINDOW, CONTEXT);
      for (const each of served?.measurements ?? []) await world.registry.recordMeasurement(each);
      await world.registry.recordDecision({
        model: MODEL,
        version,
        window: WINDOW,
        verdict: {
          kind: 'ok',
          rule: null,
          action: 'none',
          breaches: { seen: 0, needed: 2, of: 3 },
          reason: 'nothing past its limit',
        },
        signalled: null,
        decidedAt: new Date().toISOString(),
      });
    },
  };
}

const week = hoursOf(REFERENCE_WEEKS, REFERENCE_WEEKS + 1);

it('corrects a window that closed because the stream was idle, and leaves the decision', async () => {
  const world = await watched();
  await world.serve(world.version, week.slice(0, 150), linear, (_, row) => row < 120);
  await world.decide();
  later(1);
  const asked = { decidedUntil: WINDOW.end };
  const { arrived } = await world.inspect(asked);

  // Nothing came: nothing is looked for.
  later(20);
  expect((await world.inspect({ ...asked, arrived })).late).toEqual([]);

  await world.serve(world.version, week.slice(150, 160), linear);
  const look = await world.inspect({ ...asked, arrived });
  expect(look.late).toEqual([WINDOW]);
  expect(await countLate(world.deps, { model: MODEL, window: WINDOW }, CONTEXT)).toEqual({
    predictions: 10,
    labels: 10,
    corrected: true,
  });
  const [corrected] = await world.registry.measurements(MODEL);
  expect(corrected).toMatchObject({
    rows: 160,
    labelledRows: 130,
    late: { predictions: 10, labels: 10, corrections: 1 },
  });
  expect(await world.registry.decisions(MODEL)).toHaveLength(1);

  // What was counted is not counted again.
  later(21);
  expect(await countLate(world.deps, { model: MODEL, window: WINDOW }, CONTEXT)).toMatchObject({
    corrected: false,
  });
  expect((await world.registry.measurements(MODEL))[0]?.late).toMatchObject({ corrections: 1 });
});

it('only counts what comes after the data has gone on past the lateness', async () => {
  const world = await watched();
  await world.serve(world.version, week.slice(0, 150), linear);
  const [after] = hoursOf(REFERENCE_WEEKS + 2, REFERENCE_WEEKS + 3);
  if (after === undefined) throw new Error('the stream is longer');
  await world.serve(world.version, [after], linear);
  await world.decide();
  const { arrived } = await world.inspect({ decidedUntil: WINDOW.end });

  later(1);
  await world.serve(world.version, week.slice(150, 155), linear, () => false);
  // Nobody hurries for it: it is counted once in a while, and when somebody asks.
  const asked = { decidedUntil: WINDOW.end, arrived };
  expect((await world.inspect(asked)).late).toEqual([]);
  expect((await world.inspect({ ...asked, woken: true })).late).toEqual([WINDOW]);
  later(6);
  expect((await world.inspect(asked)).late).toEqual([WINDOW]);
  await countLate(world.deps, { model: MODEL, window: WINDOW }, CONTEXT);
  expect(await world.registry.windowMeasurements(MODEL, WINDOW)).toMatchObject([
    { rows: 150, late: { predictions: 5, labels: 0, corrections: 0 } },
  ]);
});

it('takes labels in for as long as they are waited for, though no window waits for them', async () => {
  const world = await watched({ performance: null, labels: { delayMs: 20 * 24 * HOUR_MS } });
  const ids = await world.serve(world.version, week, linear, () => false);
  const next = hoursOf(REFERENCE_WEEKS + 2, REFERENCE_WEEKS + 3).slice(0, 24);
  await world.serve(world.version, next, linear, () => false);
  await world.decide();
  later(1);
  await world.label(ids, week.slice(0, 110));
  expect((await world.inspect({ decidedUntil: WINDOW.end })).late).toEqual([WINDOW]);
  await countLate(world.deps, { model: MODEL, window: WINDOW }, CONTEXT);
  expect(await world.registry.windowMeasurements(MODEL, WINDOW)).toMatchObject([
    { rows: 168, labelledRows: 110, late: { predictions: 0, labels: 110, corrections: 1 } },
  ]);
});
