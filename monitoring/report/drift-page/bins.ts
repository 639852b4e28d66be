/** Bins as they are drawn. */
export interface DrawnBins {
  /** Finite, ascending. */
  readonly edges: readonly number[];
  /** Shares. */
  readonly reference: readonly number[];
  readonly current: readonly number[];
  /**
   * `share`: equally wide, heights are shares; `density`: areas are shares; `ordinal`: too unequal
   * for areas to be seen, drawn equally wide with shares for heights.
   */
  readonly scale: 'share' | 'density' | 'ordinal';
}

/** More than these are joined: a phone has no pixels for them, the page no bytes. */
const MOST_BINS = 48;

/** The widest bin over the narrowest up to which areas can be read. */
const READABLE_RATIO = 25;

/** Differences of widths that arithmetic alone makes. */
const EQUAL_WIDTHS = 1.001;

/**
 * Makes the bins of a histogram fit to be drawn: open outer bins closed at their neighbour's width,
 * neighbours joined where there are too many.
 *
 * @returns `null` where there is nothing to draw
 */
export function drawnBins(picture: {
  readonly edges: readonly number[];
  readonly reference: readonly number[];
  readonly current: readonly number[];
}): DrawnBins | null {
  const count = Math.min(
    picture.edges.length - 1,
    picture.reference.length,
    picture.current.length,
  );
  if (count < 1) return null;
  const size = Math.ceil(count / MOST_BINS);
  const starts = Array.from({ length: Math.ceil(count / size) }, (_, i) => i * size);
  const joined = (shares: readonly number[]): number[] =>
    starts.map((start) =>
      shares.slice(start, Math.min(start + size, count)).reduce((sum, share) => sum + share, 0),
    );
  const edges = closed([...starts, count].map((at) => picture.edges[at] ?? Number.NaN));
  if (edges === null) return null;
  const shares = { reference: joined(picture.reference), current: joined(picture.current) };
  return { edges, ...shares, scale: scaleOf(edges) };
}

function closed(edges: readonly number[]): readonly number[] | null {
  const finite = edges.filter((edge) => Number.isFinite(edge));
  const inner = edges.slice(1, -1);
  if (finite.length === 0 || inner.some((edge) => !Number.isFinite(edge))) return null;
  const [first = 0, second] = finite;
  const last = finite.at(-1) ?? first;
  const low = edges[0] ?? first;
  const high = edges.at(-1) ?? last;
  const lowWidth = second === undefined || second === first ? 1 : second - first;
  const highWidth = last - (finite.at(-2) ?? last) || 1;
  const whole = [
    Number.isFinite(low) ? low : first - lowWidth,
    ...inner,
    Number.isFinite(high) ? high : last + highWidth,
  ];
  return whole.length === 2 && whole[0] === whole[1] ? [first - 0.5, first + 0.5] : whole;
}

function scaleOf(edges: readonly number[]): DrawnBins['scale'] {
  const widths = edges.slice(1).map((edge, i) => edge - (edges[i] ?? edge));
  // The last bin of joined ones may be narrower: they are few enough to be areas.
  const narrowest = Math.min(...widths);
  const ratio = Math.max(...widths) / narrowest;
  if (ratio <= EQUAL_WIDTHS) return 'share';
  return narrowest > 0 && ratio <= READABLE_RATIO ? 'density' : 'ordinal';
}
