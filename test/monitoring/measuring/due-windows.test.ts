import { describe, expect, it } from 'vitest';
import type { PredictionLogSummary } from '../../../models/predictions/ports.js';
import {
  dueWindows,
  MAX_WINDOWS,
  windowPhases,
} from '../../../monitoring/measuring/due-windows.js';
import { fc } from '../../support/property.js';
import { DAY_MS, monitorSpec, WEEK_MS } from './monitor-spec.js';

const at = (text: string) => Date.parse(text);
const HOUR_MS = 3_600_000;

/** Rows from a Friday on, up to `watermark`, the newest of which came just now. */
function log(watermark: string, over: Partial<PredictionLogSummary> = {}): PredictionLogSummary {
  return {
    rows: 1_000,
    firstEventTimeMs: at('2011-07-01T05:00Z'),
    watermarkMs: at(watermark),
    lastArrivalMs: at('2026-01-01T00:00Z'),
    ...over,
  };
}

/** Wall clocks just after the newest row, and after the idle timeout. */
const BUSY = at('2026-01-01T00:00:01Z');
const IDLE = at('2026-01-01T01:00Z');

const starts = (windows: readonly { start: string }[]) => windows.map(({ start }) => start);

describe('which windows are due', () => {
  it('begins with the Monday before the first row and goes on in weeks', () => {
    const due = dueWindows(monitorSpec(), log('2011-07-21T00:00Z'), null, BUSY);
    expect(due).toEqual([
      { start: '2011-06-27T00:00:00Z', end: '2011-07-04T00:00:00Z' },
      { start: '2011-07-04T00:00:00Z', end: '2011-07-11T00:00:00Z' },
      { start: '2011-07-11T00:00:00Z', end: '2011-07-18T00:00:00Z' },
    ]);
  });

  it('waits for late rows, then for labels, to the millisecond', () => {
    const spec = monitorSpec();
    const phases = (watermark: string) =>
      windowPhases(spec, log(watermark), '2011-07-04T00:00:00Z', BUSY).map(
        ({ driftClosed, performanceClosed }) => [driftClosed, performanceClosed],
      );
    expect(phases('2011-07-11T23:59:59.999Z')).toEqual([]);
    expect(phases('2011-07-12T00:00Z')).toEqual([[true, false]]);
    expect(phases('2011-07-13T23:59:59.999Z')).toEqual([[true, false]]);
    expect(phases('2011-07-14T00:00Z')).toEqual([[true, true]]);
  });

  it('is decided on once both phases have closed', () => {
    const spec = monitorSpec();
    expect(dueWindows(spec, log('2011-07-13T00:00Z'), '2011-07-04T00:00:00Z', BUSY)).toEqual([]);
    const unwatched = monitorSpec({ performance: null });
    expect(
      starts(dueWindows(unwatched, log('2011-07-13T00:00Z'), '2011-07-04T00:00:00Z', BUSY)),
    ).toEqual(['2011-07-04T00:00:00Z']);
  });

  it('closes what a replay has sent once no row came for the idle timeout', () => {
    const summary = log('2011-07-10T23:00Z');
    expect(dueWindows(monitorSpec(), summary, '2011-07-04T00:00:00Z', IDLE - 1)).toEqual([]);
    expect(starts(dueWindows(monitorSpec(), summary, '2011-07-04T00:00:00Z', IDLE))).toEqual([
      '2011-07-04T00:00:00Z',
    ]);
  });

  it('does not close a live week early because a night is quiet', () => {
    const evening = at('2026-01-07T22:00Z');
    const live = log('2026-01-07T22:00Z', {
      firstEventTimeMs: at('2026-01-05T00:00Z'),
      lastArrivalMs: evening,
    });
    expect(dueWindows(monitorSpec(), live, null, evening + 8 * HOUR_MS)).toEqual([]);
    const labelsDue = at('2026-01-14T00:00Z');
    expect(dueWindows(monitorSpec(), live, null, labelsDue - 1)).toEqual([]);
    expect(starts(dueWindows(monitorSpec(), live, null, labelsDue))).toEqual([
      '2026-01-05T00:00:00Z',
    ]);
  });

  it('has nothing to say of an empty log, nor past the watermark', () => {
    const empty = { rows: 0, firstEventTimeMs: null, watermarkMs: null, lastArrivalMs: null };
    expect(dueWindows(monitorSpec(), empty, null, IDLE)).toEqual([]);
    const decided = '2011-07-11T00:00:00Z';
    expect(dueWindows(monitorSpec(), log('2011-07-10T23:00Z'), decided, IDLE)).toEqual([]);
  });

  it('counts a row exactly on the boundary to the window that it begins', () => {
    const summary = log('2011-07-11T00:00Z');
    expect(starts(dueWindows(monitorSpec(), summary, '2011-07-04T00:00:00Z', IDLE))).toEqual([
      '2011-07-04T00:00:00Z',
      '2011-07-11T00:00:00Z',
    ]);
  });

  it('keeps windows without rows in their place, at most so many a call', () => {
    const spec = monitorSpec({
      window: { ...monitorSpec().window, everyMs: HOUR_MS, allowedLatenessMs: 0 },
    });
    const due = dueWindows(spec, log('2011-08-01T00:00Z'), null, BUSY);
    expect(due).toHaveLength(MAX_WINDOWS);
    expect(due[0]?.start).toBe('2011-07-01T05:00:00Z');
  });

  it('never decides a stretch of time twice after `every` was changed', () => {
    const due = dueWindows(monitorSpec(), log('2011-07-31T00:00Z'), '2011-07-06T00:00:00Z', BUSY);
    expect(due[0]?.start).toBe('2011-07-11T00:00:00Z');
  });

  it('gives windows without gap or overlap, each once, however the watermark moves', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 20 * DAY_MS }), { maxLength: 20 });
    fc.assert(
      fc.property(steps, fc.boolean(), (moves, idle) => {
        let watermark = at('2011-07-01T05:00Z');
        let cursor: string | null = null;
        const seen: string[] = [];
        for (const move of moves) {
          watermark += move;
          const summary = log(new Date(watermark).toISOString());
          for (const window of dueWindows(monitorSpec(), summary, cursor, idle ? IDLE : BUSY)) {
            seen.push(window.start);
            cursor = window.end;
          }
        }
        seen.forEach((start, i) => {
          expect(at(start)).toBe(at('2011-06-27T00:00Z') + i * WEEK_MS);
        });
      }),
    );
  });
});
