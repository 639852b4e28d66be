/** Median and 1.4826 · MAD, which is the standard deviation of normal values; outliers move neither. */
export interface Spread {
  readonly middle: number;
  /** 0 where more than half of the values are the same. */
  readonly spread: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const middle = median(values);
  return { middle, spread: 1.4826 * median(values.map((value) => Math.abs(value - middle))) };
}

/** Distance from the middle in spreads; 0 where there is no spread to tell by. */
export function distanceOf(value: number, { middle, spread }: Spread): number {
  return spread > 0 ? Math.abs(value - middle) / spread : 0;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? upper) + upper) / 2;
}
