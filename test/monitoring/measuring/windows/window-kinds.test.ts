import { describe, expect, it } from 'vitest';
import type { MonitorSpec, TimeWindow } from '../../../../contracts/index.js';
import type { PredictionLogSummary } from '../../../../models/predictions/ports.js';
import { dueWindows, dueWindowsOf } from '../../../../monitoring/measuring/due-windows.js';
import { nextGridWindow } from '../../../../monitoring/measuring/windows/window-grid.js';
import { fc } from '../../../support/property.js';
import { DAY_MS, monitorSpec, WEEK_MS } from '../monitor-spec.js';

const HOUR_MS = 3_600_000;
const FIRST_MS = Date.parse('2011-07-01T05:00Z');
/** Just after the newest row came, and after the idle timeout. */
const ARRIVED_MS = Date.parse('2026-01-01T00:00Z');
const IDLE_MS = ARRIVED_MS + HOUR_MS;

function cutBy(window: Partial<MonitorSpec['window']>): MonitorSpec {
  return monitorSpec({ window: { ...monitorSpec().window, ...window } });
}

function logOf(times: readonly number[]): PredictionLogSummary {
  return {
    rows: times.length,
    firstEventTimeMs: times.length === 0 ? null : Math.min(...times),
    watermarkMs: times.length === 0 ? null : Math.max(...times),
    lastArrivalMs: times.length === 0 ? null : ARRIVED_MS,
  };
}

const holds = ({ start, end }: TimeWindow, timeMs: number): boolean =>
  Date.parse(start) <= timeMs && timeMs < Date.parse(end);

/** Decides windows until none is due, as a monitor does look by look. */
async function allDue(
  spec: MonitorSpec,
  times: readonly number[],
  nowMs = IDLE_MS,
  cursor: string | null = null,
): Promise<readonly TimeWindow[]> {
  const sorted = [...times].sort((a, b) => a - b);
  const nth = async (fromMs: number, n: number) =>
    sorted.filter((timeMs) => timeMs >= fromMs)[n - 1] ?? null;
  const windows: TimeWindow[] = [];
  for (let until = cursor; ; ) {
    const due = await dueWindowsOf(spec, logOf(times), until, nowMs, nth, 20);
    if (due.length === 0) return windows;
    windows.push(...due);
    until = due.at(-1)?.end ?? null;
  }
}

const eventTimes = fc.array(
  fc.integer({ min: 0, max: 60 * DAY_MS }).map((ms) => FIRST_MS + ms),
  { minLength: 1, maxLength: 60 },
);

describe('tumbling windows', () => {
  it('hold every row of a stream that ended exactly once', async () => {
    await fc.assert(
      fc.asyncProperty(eventTimes, async (times) => {
        const windows = await allDue(cutBy({ everyMs: DAY_MS }), times);
        for (const timeMs of times) {
          expect(windows.filter((window) => holds(window, timeMs))).toHaveLength(1);
        }
      }),
    );
  });
});

describe('sliding windows', () => {
  const sliding = cutBy({ everyMs: WEEK_MS, slideMs: DAY_MS });

  it('end each step on the grid, and are as long as they should be', () => {
    const log = logOf([FIRST_MS, Date.parse('2011-07-11T00:00Z')]);
    const due = dueWindows({ ...sliding, performance: null }, log, null, ARRIVED_MS);
    expect(due.slice(0, 2)).toEqual([
      { start: '2011-06-25T00:00:00Z', end: '2011-07-02T00:00:00Z' },
      { start: '2011-06-26T00:00:00Z', end: '2011-07-03T00:00:00Z' },
    ]);
    // A day of lateness is waited for before each is decided.
    expect(due.at(-1)?.end).toBe('2011-07-10T00:00:00Z');
  });

  it('hold every row of a stream that goes on as often as steps fit into a length', async () => {
    await fc.assert(
      fc.asyncProperty(eventTimes, async (times) => {
        const end = Math.max(...times) + 2 * WEEK_MS;
        const windows = await allDue(sliding, [...times, end]);
        for (const timeMs of times) {
          expect(windows.filter((window) => holds(window, timeMs))).toHaveLength(7);
        }
        expect(new Set(windows.map((window) => window.end)).size).toBe(windows.length);
      }),
      { numRuns: 40 },
    );
  });

  it('go on after the last that was decided', () => {
    const log = logOf([FIRST_MS, Date.parse('2011-07-20T00:00Z')]);
    const [next] = dueWindows(sliding, log, '2011-07-05T00:00:00Z', ARRIVED_MS);
    expect(next).toEqual({ start: '2011-06-29T00:00:00Z', end: '2011-07-06T00:00:00Z' });
    expect(nextGridWindow(sliding.window, FIRST_MS, '2011-07-05T00:00:00Z')).toMatchObject({
      end: '2011-07-06T00:00:00Z',
    });
  });
});

describe('windows cut by rows', () => {
  const byRows = cutBy({ rows: 5, allowedLatenessMs: 0 });

  it('hold each row once, so many each, and leave only a rest that is too small', async () => {
    await fc.assert(
      fc.asyncProperty(eventTimes, async (times) => {
        const windows = await allDue(byRows, times);
        const ends = windows.slice(0, -1).map(({ end }) => end);
        expect(windows.slice(1).map(({ start }) => start)).toEqual(ends);
        for (const window of windows) {
          expect(times.filter((timeMs) => holds(window, timeMs)).length).toBeGreaterThanOrEqual(5);
        }
        const counts = times.map((timeMs) => windows.filter((w) => holds(w, timeMs)).length);
        expect(Math.max(...counts)).toBeLessThanOrEqual(1);
        expect(counts.filter((count) => count === 0).length).toBeLessThan(5);
      }),
    );
  });

  it('keep rows of one second together, and end on whole seconds', async () => {
    const burst = Array.from({ length: 8 }, (_, i) => FIRST_MS + 10 * i);
    expect(await allDue(byRows, [...burst, FIRST_MS + HOUR_MS])).toEqual([
      { start: '2011-07-01T05:00:00Z', end: '2011-07-01T05:00:01Z' },
    ]);
  });

  it('wait for late rows and labels as windows by time do', async () => {
    const times = Array.from({ length: 6 }, (_, i) => FIRST_MS + i * HOUR_MS);
    const late = cutBy({ rows: 5, allowedLatenessMs: 2 * HOUR_MS });
    const unlabelled = { ...late, performance: null };
    expect(await allDue(unlabelled, times, ARRIVED_MS)).toEqual([]);
    const gone = [...times, FIRST_MS + 7 * HOUR_MS];
    expect(await allDue(unlabelled, gone, ARRIVED_MS)).toHaveLength(1);
    expect(await allDue(late, gone, ARRIVED_MS)).toEqual([]);
    expect(await allDue(late, gone, IDLE_MS)).toHaveLength(1);
  });

  it('have no next window by the clock', () => {
    expect(nextGridWindow(byRows.window, FIRST_MS, null)).toBeNull();
  });
});

describe('a wall clock that goes backwards', () => {
  const live = (watermark: string): PredictionLogSummary => ({
    rows: 100,
    firstEventTimeMs: Date.parse('2026-01-05T00:00Z'),
    watermarkMs: Date.parse(watermark),
    lastArrivalMs: Date.parse('2026-01-14T00:00Z'),
  });

  it('closes nothing early', () => {
    const decided = '2026-01-12T00:00:00Z';
    for (const clock of ['2026-01-13T00:00Z', '2020-01-01T00:00Z', '1970-01-01T00:00Z']) {
      expect(
        dueWindows(monitorSpec(), live('2026-01-14T00:00Z'), decided, Date.parse(clock)),
      ).toEqual([]);
    }
  });

  it('holds up nothing that the data itself has closed', () => {
    const due = (clock: string) =>
      dueWindows(monitorSpec(), live('2026-01-15T00:00Z'), null, Date.parse(clock));
    expect(due('2020-01-01T00:00Z')).toEqual(due('2026-01-16T00:00Z'));
    expect(due('2020-01-01T00:00Z')).toHaveLength(1);
  });

  it('never takes a window back that was decided, whatever the clock and the newest row', () => {
    const clocks = fc.array(fc.integer({ min: -WEEK_MS, max: 3 * WEEK_MS }), { maxLength: 15 });
    fc.assert(
      fc.property(clocks, clocks, (moves, rows) => {
        let cursor: string | null = null;
        let watermarkMs = FIRST_MS;
        const seen: string[] = [];
        moves.forEach((move, i) => {
          watermarkMs = Math.max(watermarkMs, FIRST_MS + (rows[i] ?? 0));
          const summary = { ...logOf([FIRST_MS, watermarkMs]) };
          for (const window of dueWindows(monitorSpec(), summary, cursor, ARRIVED_MS + move)) {
            seen.push(window.start);
            cursor = window.end;
          }
        });
        expect(seen).toEqual([...new Set(seen)].sort());
      }),
    );
  });
});
