import { describe, expect, it } from 'vitest';
import { type WatchedWindow, watchedWindows } from '../../backtest/replay/watched-windows.js';
import type { MonitorSpec } from '../../contracts/index.js';
import { dueWindowsOf } from '../../monitoring/measuring/due-windows.js';
import { monitorSpec } from '../monitoring/measuring/monitor-spec.js';
import { fc } from '../support/property.js';

/** A Monday. */
const START_MS = Date.UTC(2024, 0, 1);
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const MINUTES = 8;
const range = { startMs: START_MS, endMs: START_MS + MINUTES * MINUTE_MS };

function watching(
  window: Partial<MonitorSpec['window']>,
  labelDelayMs = 0,
  over: Partial<MonitorSpec> = {},
): MonitorSpec {
  const { window: weekly } = monitorSpec();
  const minutely = {
    ...weekly,
    everyMs: MINUTE_MS,
    allowedLatenessMs: 0,
    idleTimeoutMs: MINUTE_MS,
  };
  return monitorSpec({
    ...over,
    window: { ...minutely, ...window },
    labels: { delayMs: labelDelayMs },
  });
}

function at(...seconds: readonly number[]) {
  return { timesMs: Float64Array.from(seconds, (second) => START_MS + second * SECOND_MS) };
}

/** What a monitor decides that looks each second at a log which grows as rows happen, and when. */
async function lookingEachSecond(
  timesMs: readonly number[],
  spec: MonitorSpec,
): Promise<readonly WatchedWindow[]> {
  const decided: WatchedWindow[] = [];
  const { window, labels } = spec;
  const lastMs = Math.max(range.endMs, ...timesMs) + labels.delayMs + window.idleTimeoutMs;
  for (let nowMs = START_MS; nowMs <= lastMs; nowMs += SECOND_MS) {
    const come = timesMs.filter((timeMs) => timeMs <= nowMs);
    const newestMs = come.at(-1) ?? null;
    const due = await dueWindowsOf(
      spec,
      {
        rows: come.length,
        firstEventTimeMs: come[0] ?? null,
        watermarkMs: newestMs,
        lastArrivalMs: newestMs,
      },
      decided.at(-1)?.window.end ?? null,
      nowMs,
      async (fromMs, n) => come.filter((timeMs) => timeMs >= fromMs)[n - 1] ?? null,
    );
    decided.push(...due.map((window) => ({ window, atMs: nowMs })));
  }
  return decided.filter(({ window }) => Date.parse(window.end) <= range.endMs);
}

const seconds = (min: number, max: number) =>
  fc.integer({ min, max }).map((count) => count * SECOND_MS);

const cut = fc.oneof(
  fc.record({ everyMs: seconds(20, 150) }),
  fc.record({ everyMs: seconds(60, 150), slideMs: seconds(10, 60) }),
  fc.record({ rows: fc.integer({ min: 1, max: 9 }) }),
);

describe('the windows that a replay decides', () => {
  it('are those of a monitor that looks each second, at the second at which it decides them', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(seconds(0, MINUTES * 60 + 90), { minLength: 1, maxLength: 60 }),
        cut,
        fc.record({ allowedLatenessMs: seconds(0, 90), idleTimeoutMs: seconds(5, 120) }),
        seconds(0, 90),
        fc.boolean(),
        async (offsets, kind, waits, labelDelayMs, seesLabels) => {
          const times = offsets.map((offset) => START_MS + offset).sort((a, b) => a - b);
          const spec = watching({ ...kind, ...waits }, labelDelayMs, {
            ...(!seesLabels && { performance: null }),
          });
          const history = { timesMs: Float64Array.from(times) };
          expect(await watchedWindows({ ...range, history }, spec)).toEqual(
            await lookingEachSecond(times, spec),
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it('overlap where the monitor slides them', async () => {
    const history = at(...Array.from({ length: MINUTES * 4 }, (_, i) => i * 15));
    const spec = watching({ everyMs: 2 * MINUTE_MS, slideMs: MINUTE_MS });
    const watched = await watchedWindows({ ...range, history }, spec);
    expect(watched.slice(0, 3).map(({ window }) => window)).toEqual([
      { start: '2023-12-31T23:59:00Z', end: '2024-01-01T00:01:00Z' },
      { start: '2024-01-01T00:00:00Z', end: '2024-01-01T00:02:00Z' },
      { start: '2024-01-01T00:01:00Z', end: '2024-01-01T00:03:00Z' },
    ]);
    expect(watched).toHaveLength(MINUTES);
  });

  it('end with their last row where the monitor counts rows', async () => {
    const history = at(0, 1, 2, 200, 201, 202, 203);
    const watched = await watchedWindows({ ...range, history }, watching({ rows: 3 }));
    expect(watched.map(({ window }) => window)).toEqual([
      { start: '2024-01-01T00:00:00Z', end: '2024-01-01T00:00:03Z' },
      { start: '2024-01-01T00:00:03Z', end: '2024-01-01T00:03:23Z' },
    ]);
  });

  it('are none after the end of what is replayed, and know no row before its beginning', async () => {
    const history = at(-30, -20, 10, 20, MINUTES * 60 + 10, MINUTES * 60 + 70);
    const watched = await watchedWindows({ ...range, history }, watching({ rows: 2 }));
    expect(watched.map(({ window }) => window.end)).toEqual(['2024-01-01T00:00:21Z']);
  });
});
