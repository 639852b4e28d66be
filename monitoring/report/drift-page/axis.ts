/** Places on an axis, of so many pixels at the page's narrowest. */
const MOST_TICKS = 4;

/** How far a label at the edge of a picture may reach over its tick, as a share of the width. */
const EDGE = 0.12;

/**
 * Round values inside a range: 1, 2, 2.5 or 5 times a power of ten apart.
 *
 * @returns ascending, at most five; none where the range is empty
 * @example roundTicks(0, 37); // [0, 10, 20, 30]
 */
export function roundTicks(low: number, high: number): readonly number[] {
  const span = high - low;
  if (!(span > 0) || !Number.isFinite(span)) return [];
  const rough = span / MOST_TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5].find((factor) => factor * power >= rough) ?? 10) * power;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) =>
    Number(((first + i) * step).toPrecision(12)),
  );
}

/** Which side of its place a label is set on, so that it stays inside the picture. */
export function anchorAt(share: number): 'start' | 'middle' | 'end' {
  return share < EDGE ? 'start' : share > 1 - EDGE ? 'end' : 'middle';
}

/** A coordinate without decimals: the insides of pictures have units smaller than the eye can tell. */
export function coordinate(value: number): number {
  return Math.round(value);
}

/** A place as a share of the width, as SVG writes it. */
export function percentOf(share: number): string {
  return `${Math.round(share * 10_000) / 100}%`;
}
