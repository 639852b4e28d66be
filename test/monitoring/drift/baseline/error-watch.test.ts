import { describe, expect, it } from 'vitest';
import type { ConceptDriftSpec } from '../../../../contracts/index.js';
import { CONCEPT_DETECTORS } from '../../../../contracts/index.js';
import {
  continuesFrom,
  type ErrorWatch,
  type ErrorWatchState,
  findDetector,
  MOST_PLACES,
  TrailRecorder,
  watchErrors,
} from '../../../../monitoring/drift/index.js';
import { seededRandom } from '../../../../monitoring/drift/samples/seeded-random.js';

const HOUR_MS = 3_600_000;
const WEEK = 168;
const ADWIN: ConceptDriftSpec = { detector: 'adwin', options: {} };

/** Hours of errors: `level` gives the mean at each hour, noise about it is seeded. */
function stream(hours: number, level: (hour: number) => number, seed = 1): Float64Array {
  const random = seededRandom(seed);
  return Float64Array.from({ length: hours }, (_, hour) => level(hour) * (0.5 + random()));
}

/** The stream in windows of so many rows, each watched from where the one before ended. */
function watchAll(
  errors: Float64Array,
  rowsOfWindow = WEEK,
  spec = ADWIN,
  atRegistration: number | null = 1,
): readonly ErrorWatch[] {
  const watches: ErrorWatch[] = [];
  let state: ErrorWatchState | null = null;
  for (let start = 0; start < errors.length; start += rowsOfWindow) {
    const own = errors.slice(start, start + rowsOfWindow);
    const timesMs = own.map((_, row) => (start + row) * HOUR_MS);
    const window = { timesMs, errors: own, atRegistration, minRows: 100 };
    const watch = watchErrors(spec, state, window);
    // As it comes back from an artifact.
    state = JSON.parse(JSON.stringify(watch.state)) as ErrorWatchState;
    watches.push(watch);
  }
  return watches;
}

const verdicts = (watches: readonly ErrorWatch[]) => watches.map(({ verdict }) => verdict);

describe('errors watched from window to window', () => {
  it('that stay as they are are no drift', () => {
    expect(verdicts(watchAll(stream(8 * WEEK, () => 1)))).toEqual(Array(8).fill('no-drift'));
  });

  it('that rise are drift from then on, with the hour from which they rose', () => {
    const changed = 4 * WEEK + 20;
    const watches = watchAll(stream(8 * WEEK, (hour) => (hour < changed ? 1 : 2.5)));
    expect(verdicts(watches)).toEqual([...Array(4).fill('no-drift'), ...Array(4).fill('drift')]);
    for (const { rise } of watches.slice(4)) {
      expect(Math.abs((rise?.fromMs ?? 0) / HOUR_MS - changed)).toBeLessThan(12);
      expect(rise?.foundMs).toBeGreaterThan(rise?.fromMs ?? 0);
      expect(rise?.before).toBeCloseTo(1, 0);
      expect(rise?.after).toBeCloseTo(2.5, 0);
    }
  });

  it('that rise in the last hours of a window are judged in the next, and cut in the one before', () => {
    const changed = 3 * WEEK - 60;
    const watches = watchAll(stream(4 * WEEK, (hour) => (hour < changed ? 1 : 4)));
    expect(verdicts(watches)).toEqual(['no-drift', 'no-drift', 'insufficient', 'drift']);
    const fromHour = (watches[3]?.rise?.fromMs ?? 0) / HOUR_MS;
    expect(fromHour).toBeLessThan(3 * WEEK);
    expect(Math.abs(fromHour - changed)).toBeLessThan(12);
  });

  it('are no drift any more once they are back, and drift again when they rise again', () => {
    const high = (hour: number) => {
      const week = Math.floor(hour / WEEK);
      return week === 3 || week === 4 || week >= 7;
    };
    const found = verdicts(watchAll(stream(9 * WEEK, (hour) => (high(hour) ? 3 : 1))));
    expect(found.slice(0, 5)).toEqual(['no-drift', 'no-drift', 'no-drift', 'drift', 'drift']);
    expect(found.slice(5)).toEqual(['no-drift', 'no-drift', 'drift', 'drift']);
  });

  it('that fall are no drift, though the detector says so', () => {
    const watches = watchAll(
      stream(6 * WEEK, (hour) => (hour < 3 * WEEK ? 2 : 0.5)),
      WEEK,
      ADWIN,
      2,
    );
    expect(verdicts(watches)).toEqual(Array(6).fill('no-drift'));
    expect(watches.reduce((sum, { alarms }) => sum + alarms, 0)).toBeGreaterThan(0);
  });

  it('with bad hours each day are no drift, though the detector alarms on every morning', () => {
    const daily = (hour: number) => (hour % 24 >= 8 && hour % 24 < 20 ? 3 : 0.2);
    for (let seed = 1; seed <= 10; seed += 1) {
      const spec = { detector: 'page-hinkley', options: { threshold: 5 } } as const;
      const watches = watchAll(stream(8 * WEEK, daily, seed), WEEK, spec, 1.6);
      expect(verdicts(watches), `seed ${seed}`).not.toContain('drift');
      expect(watches.reduce((sum, { alarms }) => sum + alarms, 0)).toBeGreaterThan(8);
    }
  });

  it('of which none came say nothing, and the next window goes on', () => {
    const empty = { timesMs: new Float64Array(), errors: new Float64Array() };
    const rest = { atRegistration: 1, minRows: 100 };
    const errors = stream(WEEK, () => 1);
    const first = watchErrors(ADWIN, null, { timesMs: errors, errors, ...rest });
    const second = watchErrors(ADWIN, first.state, { ...empty, ...rest });
    expect(second).toMatchObject({ verdict: 'insufficient', rows: 0, alarms: 0, rise: null });
    expect(second.state).toEqual(first.state);
  });

  it.each(CONCEPT_DETECTORS)('are watched alike in windows and in one: %s', (detector) => {
    const isShare = findDetector(detector).input !== 'number';
    const errors = stream(6 * WEEK, (hour) => (hour < 3 * WEEK ? 0.3 : 0.75), 3).map((error) =>
      isShare ? Number(error > 0.4) : error,
    );
    const spec = { detector, options: {} };
    const [whole] = watchAll(errors, errors.length, spec, null);
    const last = watchAll(errors, 50, spec, null).at(-1);
    expect(last?.state.snapshot).toEqual(whole?.state.snapshot);
    expect(last?.state.trail.sums.at(-1)).toBeCloseTo(whole?.state.trail.sums.at(-1) ?? 0, 9);
  });

  it('are found to have risen by every detector', () => {
    for (const detector of CONCEPT_DETECTORS) {
      const isShare = findDetector(detector).input !== 'number';
      const errors = stream(10 * WEEK, (hour) => (hour < 5 * WEEK ? 0.5 : 1.6), 5).map((error) =>
        isShare ? Number(error > 0.7) : error,
      );
      const found = verdicts(watchAll(errors, WEEK, { detector, options: {} }, null));
      expect(found.slice(5), detector).toContain('drift');
    }
  });
});

describe('a state is gone on from', () => {
  const { state } = watchAll(stream(WEEK, () => 1))[0] as ErrorWatch;

  it.each([
    ['by the same detector with the same options', ADWIN, true],
    ['by one that names a default', { detector: 'adwin', options: { delta: 0.002 } }, true],
    ['not by one with other options', { detector: 'adwin', options: { delta: 0.01 } }, false],
    ['not by another detector', { detector: 'kswin', options: {} }, false],
  ] as const)('%s', (_, spec, expected) => {
    expect(continuesFrom(state, spec)).toBe(expected);
  });

  it('not where it is none', () => {
    for (const other of [null, 3, {}, { ...state, format: 'millrace-error-watch/9' }]) {
      expect(continuesFrom(other, ADWIN)).toBe(false);
    }
  });
});

describe('the trail of a long stream', () => {
  it('keeps few places, and never cuts before the change', () => {
    let trail = new TrailRecorder().trail();
    const rows = 20 * MOST_PLACES;
    for (let start = 0; start < rows; start += 1_000) {
      const recorder = new TrailRecorder(trail);
      for (let row = start; row < start + 1_000; row += 1) recorder.add(row, row < 30_000 ? 1 : 3);
      trail = recorder.trail();
      expect(trail.rows.length).toBeLessThanOrEqual(MOST_PLACES);
    }
    const cut = new TrailRecorder(trail).cut(rows - 30_000);
    expect(cut?.fromMs).toBeGreaterThanOrEqual(30_000);
    expect(cut?.fromMs).toBeLessThan(30_000 + rows / 50);
    expect(cut?.before).toBeCloseTo(1, 1);
    expect(cut?.after).toBeCloseTo(3, 1);
  });

  it('knows no cut before the first row', () => {
    expect(new TrailRecorder().cut(3)).toBeNull();
  });

  it('knows nothing of the time before where the change is at its beginning', () => {
    const recorder = new TrailRecorder();
    recorder.add(5, 2);
    recorder.add(6, 2);
    expect(recorder.cut(2)).toEqual({ fromMs: 5, before: null, after: 2, rows: 2 });
  });
});
