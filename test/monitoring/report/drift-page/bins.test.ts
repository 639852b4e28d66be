import { describe, expect, it } from 'vitest';
import { drawnBins } from '../../../../monitoring/report/drift-page/bins.js';
import { slicesOf } from '../../../../monitoring/report/drift-page/slices.js';
import { weeklyStrip } from './sample-report.js';

const sum = (values: readonly number[] = []): number =>
  values.reduce((total, value) => total + value, 0);

describe('bins that are drawn', () => {
  it('are heights where they are equally wide, areas where they are not', () => {
    const sides = { reference: [0.2, 0.8], current: [0.5, 0.5] };
    expect(drawnBins({ edges: [0, 1, 2], ...sides })?.scale).toBe('share');
    expect(drawnBins({ edges: [0, 1, 5], ...sides })?.scale).toBe('density');
    expect(drawnBins({ edges: [0, 1, 500], ...sides })?.scale).toBe('ordinal');
    expect(drawnBins({ edges: [0, 1, 1], ...sides })?.scale).toBe('ordinal');
  });

  it('are joined where there are too many, and keep every share', () => {
    const edges = Array.from({ length: 101 }, (_, i) => i);
    const shares = edges.slice(1).map((edge) => edge / 5050);
    const bins = drawnBins({ edges, reference: shares, current: [...shares].reverse() });
    expect(bins?.reference.length).toBeLessThanOrEqual(48);
    expect(bins?.edges.length).toBe((bins?.reference.length ?? 0) + 1);
    expect([bins?.edges[0], bins?.edges.at(-1)]).toEqual([0, 100]);
    expect(sum(bins?.reference)).toBeCloseTo(1, 12);
    expect(sum(bins?.current)).toBeCloseTo(1, 12);
  });

  it('end where the data does, or a bin beyond where it has no end', () => {
    const sides = { reference: [0.2, 0.3, 0.5], current: [0.2, 0.3, 0.5] };
    const open = [Number.NEGATIVE_INFINITY, 1, 3, Number.POSITIVE_INFINITY];
    expect(drawnBins({ edges: open, ...sides })?.edges).toEqual([-1, 1, 3, 5]);
  });

  it('are one where all values are one, and none where there is nothing', () => {
    expect(drawnBins({ edges: [3, 3], reference: [1], current: [1] })?.edges).toEqual([2.5, 3.5]);
    expect(drawnBins({ edges: [], reference: [], current: [] })).toBeNull();
    const nowhere = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    expect(drawnBins({ edges: nowhere, reference: [1], current: [1] })).toBeNull();
  });
});

describe('slices of time', () => {
  it('stand by side, in order of time, gaps kept', () => {
    const slices = slicesOf(weeklyStrip(0));
    expect(slices).toHaveLength(60);
    expect(slices[20]).toMatchObject({ side: 'reference', median: null });
    expect(slices.slice(48).every(({ side }) => side === 'current')).toBe(true);
  });

  it('are joined where there are too many, their band the widest', () => {
    const count = 1_000;
    const index = Array.from({ length: count }, (_, i) => i);
    const joined = slicesOf({
      startMs: index,
      side: index.map(() => 'current'),
      low: index.map((i) => -i),
      median: index.map((i) => i),
      high: index.map((i) => 2 * i),
    });
    expect(joined.length).toBeLessThanOrEqual(48);
    expect(joined[0]).toEqual({ startMs: 0, side: 'current', low: -20, median: 10, high: 40 });
    expect(joined.at(-1)?.high).toBe(2 * (count - 1));
  });
});
