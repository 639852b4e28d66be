import { describe, expect, it } from 'vitest';
import { retrainRange } from '../../../activities/control/retrain-range.js';
import type { RetrainData } from '../../../contracts/index.js';

const window = { start: '2011-07-01T00:00:00Z', end: '2011-07-08T00:00:00Z' };
const request = { window, asOf: '2011-07-20T00:00:00Z', evidence: {} };
const changed = { ...request, evidence: { changedFrom: '2011-06-20T05:00:00Z' } };
const START = '1970-01-01T00:00:00Z';
const CUT = '2011-06-20T05:00:00Z';
const WEEK_MS = 7 * 86_400_000;

describe('what a retraining learns from', () => {
  it.each<[RetrainData, string, string, number]>([
    [{ kind: 'all' }, START, CUT, 1],
    [{ kind: 'trailing', lengthMs: 4 * WEEK_MS }, '2011-06-10T00:00:00Z', CUT, 1],
    [{ kind: 'trailing', lengthMs: WEEK_MS }, window.start, window.start, 1],
    [{ kind: 'afterCut' }, CUT, CUT, 1],
    [{ kind: 'perRegime' }, CUT, CUT, 1],
    [{ kind: 'combined', oldWeight: 0.3 }, START, CUT, 0.3],
  ])('%o after a change', (data, from, cut, oldWeight) => {
    expect(retrainRange(data, changed)).toMatchObject({
      kind: data.kind,
      from,
      to: window.end,
      cut,
      oldWeight,
    });
  });

  it('is everything where no change was found to cut at', () => {
    for (const kind of ['afterCut', 'perRegime'] as const) {
      expect(retrainRange({ kind }, request)).toMatchObject({ from: START, changedFrom: null });
    }
  });

  it('begins where the first data did, where that is known', () => {
    const beginning = '2011-01-03T00:00:00Z';
    expect(retrainRange({ kind: 'all' }, request, Date.parse(beginning)).from).toBe(beginning);
  });

  it('never reaches past the window, and takes no change from there', () => {
    const later = { ...request, evidence: { changedFrom: '2011-07-09T00:00:00Z' } };
    expect(retrainRange({ kind: 'afterCut' }, later)).toMatchObject({
      from: START,
      to: window.end,
      changedFrom: null,
    });
    expect(retrainRange({ kind: 'all' }, { ...request, window: null }).to).toBe(request.asOf);
  });
});
