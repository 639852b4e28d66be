import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { countLate } from '../../../activities/monitor/correct-window.js';
import {
  type InspectRequest,
  inspectWindows,
} from '../../../activities/monitor/inspect-windows.js';
import { measureServed } from '../../../activities/monitor/measure-served.js';
import type { MonitorDecision, MonitorSpec, TimeWindow } from '../../../contracts/index.js';
import { windowFrom } from '../../../monitoring/drift/index.js';
import { HOUR_MS, START_MS, WEEK_MS } from '../../monitoring/drift/seasonal-stream.js';
import { DAY_MS, monitorSpec } from '../../monitoring/measuring/monitor-spec.js';
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
      await world.registry.recordDecision(decision(version, WINDOW));
    },
  };
}

type Watched = Awaited<ReturnType<typeof watched>>;

function decision(version: number, window: TimeWindow): MonitorDecision {
  return {
    model: MODEL,
    version,
    window,
    verdict: {
      kind: 'ok',
      rule: null,
      action: 'none',
      breaches: { seen: 0, needed: 2, of: 3 },
      reason: 'nothing past its limit',
    },
    signalled: null,
    decidedAt: new Date().toISOString(),
  };
}

/** Windows of a day each, as they were decided one after the other; nobody has measured them. */
async function decideDays({ registry, version }: Watched, count: number) {
  const days = Array.from({ length: count }, (_, day) =>
    windowFrom(Date.parse(WINDOW.start) + day * DAY_MS, DAY_MS),
  );
  for (const window of days) await registry.recordDecision(decision(version, window));
  return days;
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

it('looks in every window that was decided, however many have been decided since', async () => {
  const world = await watched();
  const days = await decideDays(world, 30);
  const hours = hoursOf(REFERENCE_WEEKS, REFERENCE_WEEKS + 5);
  const noon = (day: number) => hours.slice(day * 24 + 12, day * 24 + 13);
  const ids = await world.serve(world.version, [...noon(3), ...noon(31)], linear, () => false);
  const { arrived } = await world.inspect({ decidedUntil: days.at(-1)?.end ?? null });

  later(10);
  await world.serve(world.version, noon(7), linear, () => false);
  await world.label(ids, noon(3));
  later(12);
  const asked = { decidedUntil: days.at(-1)?.end ?? null };
  const look = await world.inspect({ ...asked, arrived });
  // The newest are named too: a segment that may hold rows of them was written to.
  expect(look.late.slice(0, -8)).toEqual([days[3], days[7]]);

  later(20);
  await world.serve(world.version, noon(32), linear, () => false);
  const next = await world.inspect({ ...asked, arrived: look.arrived });
  expect(next.late).toEqual(days.slice(-8));
});

it('hands out many windows in parts, each once, and those that change meanwhile after them', async () => {
  const world = await watched();
  const days = await decideDays(world, 70);
  const noons = hoursOf(REFERENCE_WEEKS, REFERENCE_WEEKS + 10).filter((_, at) => at % 24 === 12);
  await world.serve(world.version, noons.slice(69), linear, () => false);
  const asked = { decidedUntil: days.at(-1)?.end ?? null };
  const { arrived } = await world.inspect(asked);
  const older = days.slice(0, 62);
  const handedOut = async (from: typeof arrived) => {
    const look = await world.inspect({ ...asked, arrived: from });
    const late = look.late.filter(({ end }) => older.some((window) => window.end === end));
    return { late, arrived: look.arrived };
  };

  later(10);
  await world.serve(world.version, noons.slice(0, 60), linear, () => false);
  later(12);
  const first = await handedOut(arrived);
  later(13);
  await world.serve(world.version, noons.slice(5, 6), linear, () => false);
  const second = await handedOut(first.arrived);
  expect(first.late).toHaveLength(50);
  expect([...first.late, ...second.late]).toEqual(days.slice(0, 60));
  later(20);
  const third = await handedOut(second.arrived);
  expect(third.late).toEqual([days[5]]);
  later(26);
  expect((await handedOut(third.arrived)).late).toEqual([]);
});
