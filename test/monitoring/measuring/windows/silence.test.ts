import { describe, expect, it } from 'vitest';
import type { PredictionLogSummary } from '../../../../models/predictions/ports.js';
import { lateLimits } from '../../../../monitoring/measuring/windows/late-windows.js';
import { missedWindow, silenceOf } from '../../../../monitoring/measuring/windows/silence.js';
import { DAY_MS, monitorSpec } from '../monitor-spec.js';

const HOUR_MS = 3_600_000;
const at = (text: string) => Date.parse(text);
const SERVED = { at: '2026-01-01T00:00:00Z', asOf: '2011-07-01T00:00:00Z' };
const EMPTY = { rows: 0, firstEventTimeMs: null, watermarkMs: null, lastArrivalMs: null };

/** A stream that is at `watermark`, whose newest row came at `arrival`. */
const stream = (watermark: string, arrival = watermark): PredictionLogSummary => ({
  rows: 100,
  firstEventTimeMs: at('2026-01-01T00:00Z'),
  watermarkMs: at(watermark),
  lastArrivalMs: at(arrival),
});

describe('a silence', () => {
  const spec = monitorSpec({ freshness: { maxSilenceMs: 6 * HOUR_MS } });
  const replayed = stream('2011-08-01T00:00Z', '2026-01-02T00:00Z');

  it('is longer than the monitor allows, to the millisecond, by the wall clock', () => {
    const limit = at('2026-01-02T06:00Z');
    expect(silenceOf(spec, replayed, SERVED, limit - 1)).toBeNull();
    expect(silenceOf(spec, replayed, SERVED, limit)).toEqual({
      window: { start: '2011-08-01T00:00:00Z', end: '2011-08-01T06:00:00Z' },
      since: '2026-01-02T00:00:00Z',
      reason: 'no row came since 2026-01-02T00:00:00Z by the wall clock (limit 6h)',
    });
  });

  it('is the same for as long as it lasts', () => {
    const [early, late] = ['2026-01-02T07:00Z', '2026-02-02T07:00Z'].map((now) =>
      silenceOf(spec, replayed, SERVED, at(now)),
    );
    expect(late).toEqual(early);
  });

  it('begins with the champion where no row ever came', () => {
    expect(silenceOf(spec, EMPTY, SERVED, at('2026-01-01T05:59Z'))).toBeNull();
    expect(silenceOf(spec, EMPTY, SERVED, at('2026-01-01T06:00Z'))).toMatchObject({
      window: { start: '2011-07-01T00:00:00Z' },
      since: SERVED.at,
    });
  });

  it('is none where data is not due, nor for a clock that was set back', () => {
    expect(silenceOf(monitorSpec(), replayed, SERVED, at('2030-01-01T00:00Z'))).toBeNull();
    expect(silenceOf(spec, replayed, SERVED, at('2020-01-01T00:00Z'))).toBeNull();
  });
});

describe('the window that a live stream missed', () => {
  const hourly = monitorSpec({
    window: { ...monitorSpec().window, everyMs: HOUR_MS, allowedLatenessMs: 600_000 },
  });
  const stopped = stream('2026-01-05T08:30Z', '2026-01-05T08:31Z');

  it('is the newest that lies wholly after its last row and has closed', () => {
    expect(missedWindow(hourly, stopped, at('2026-01-05T10:09Z'))).toBeNull();
    expect(missedWindow(hourly, stopped, at('2026-01-05T10:10Z'))).toEqual({
      start: '2026-01-05T09:00:00Z',
      end: '2026-01-05T10:00:00Z',
    });
  });

  it('is none of replayed history, which only has ended', () => {
    const replayed = stream('2011-08-01T00:00Z', '2026-01-05T00:00Z');
    expect(missedWindow(hourly, replayed, at('2026-02-05T00:00Z'))).toBeNull();
  });

  it('is none where windows are cut by rows, or before a row came', () => {
    const byRows = { ...hourly, window: { ...hourly.window, rows: 10 } };
    expect(missedWindow(byRows, stopped, at('2026-01-06T00:00Z'))).toBeNull();
    expect(missedWindow(hourly, EMPTY, at('2026-01-06T00:00Z'))).toBeNull();
  });
});

describe('what comes late', () => {
  const window = { start: '2011-07-04T00:00:00Z', end: '2011-07-11T00:00:00Z' };
  const spec = monitorSpec();

  it('corrects a window until the data has gone on past its lateness, and labels past theirs', () => {
    const limits = (watermark: string) => lateLimits(spec, stream(watermark), window);
    expect(limits('2011-07-11T23:59:59.999Z')).toEqual({ rows: true, labels: true });
    expect(limits('2011-07-12T00:00Z')).toEqual({ rows: false, labels: true });
    expect(limits(new Date(at('2011-07-12T00:00Z') + 2 * DAY_MS).toISOString())).toEqual({
      rows: false,
      labels: false,
    });
  });
});
