import type { TimeStrip } from '../../../contracts/index.js';

export type StripSide = TimeStrip['side'][number];

/** One slice of time of one side. */
export interface Slice {
  readonly startMs: number;
  readonly side: StripSide;
  readonly low: number | null;
  readonly median: number | null;
  readonly high: number | null;
}

/** More than these on one side are joined: a phone has no pixels for them, the page no bytes. */
const MOST_SLICES = 48;

/**
 * The slices of a strip, each side in order of time. Where there are too many, neighbours are
 * joined: their outermost band around the median of their medians.
 */
export function slicesOf(strip: TimeStrip): readonly Slice[] {
  const slices = strip.startMs.map((startMs, i) => ({
    startMs,
    side: strip.side[i] ?? 'current',
    low: strip.low[i] ?? null,
    median: strip.median[i] ?? null,
    high: strip.high[i] ?? null,
  }));
  return (['reference', 'current'] as const).flatMap((side) =>
    joined(slices.filter((slice) => slice.side === side).sort((a, b) => a.startMs - b.startMs)),
  );
}

function joined(slices: readonly Slice[]): readonly Slice[] {
  const size = Math.ceil(slices.length / MOST_SLICES);
  if (size <= 1) return slices;
  return Array.from({ length: Math.ceil(slices.length / size) }, (_, i) =>
    slices.slice(i * size, (i + 1) * size),
  ).flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [joinedSlice(first, group)];
  });
}

function joinedSlice(first: Slice, group: readonly Slice[]): Slice {
  const lows = group.map(({ low }) => low).filter((low) => low !== null);
  const highs = group.map(({ high }) => high).filter((high) => high !== null);
  const medians = group.map(({ median }) => median).filter((median) => median !== null);
  return {
    startMs: first.startMs,
    side: first.side,
    low: lows.length === 0 ? null : Math.min(...lows),
    median: medians.sort((a, b) => a - b)[medians.length >> 1] ?? null,
    high: highs.length === 0 ? null : Math.max(...highs),
  };
}
