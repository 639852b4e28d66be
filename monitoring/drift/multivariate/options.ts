/** What every multivariate method takes. */
export interface MultivariateOptions {
  /** Share of false alarms that is accepted, in (0, 1); default 0.05. */
  readonly alpha?: number;
  /** Of every draw: the same seed gives the same result. A whole number; default 1. */
  readonly seed?: number;
  /** Random relabellings behind a p-value, ≥ 19; default 199. The smallest p is 1 / (that + 1). */
  readonly permutations?: number;
  /**
   * Rows of each side that are used at most, ≥ 10; a larger side is sampled without replacement.
   * Kernel methods cost its square: default 2,000, and 1,000 past 100 columns.
   */
  readonly maxRows?: number;
  /**
   * What the statistic must reach besides significance, in its own unit; default 0. For
   * `mixed-type-tabular` it replaces the smallest effect of each column's test.
   */
  readonly smallestEffect?: number;
}

export interface ResolvedOptions {
  readonly alpha: number;
  readonly seed: number;
  readonly permutations: number;
  readonly maxRows: number;
  readonly smallestEffect: number | null;
}

export const DEFAULT_PERMUTATIONS = 199;
export const DEFAULT_MAX_ROWS = 2_000;
/** Columns past which the default is half of it: a distance costs its width. */
const WIDE_COLUMNS = 100;

/** Rows a side that a kernel method uses by default. */
export function kernelRows(columns: number): number {
  return columns > WIDE_COLUMNS ? DEFAULT_MAX_ROWS / 2 : DEFAULT_MAX_ROWS;
}

/** @throws RangeError that names the option, what it was and what is right */
export function resolveOptions(options: MultivariateOptions = {}): ResolvedOptions {
  const {
    alpha = 0.05,
    seed = 1,
    permutations = DEFAULT_PERMUTATIONS,
    maxRows = DEFAULT_MAX_ROWS,
    smallestEffect = null,
  } = options;
  if (!(alpha > 0 && alpha < 1)) throw new RangeError(`alpha is in (0, 1), not ${alpha}`);
  if (!Number.isSafeInteger(seed)) throw new RangeError(`seed is a whole number, not ${seed}`);
  wholeFrom('permutations', permutations, 19);
  wholeFrom('maxRows', maxRows, 10);
  if (smallestEffect !== null && !(smallestEffect >= 0 && smallestEffect < Infinity)) {
    throw new RangeError(`smallestEffect is finite and ≥ 0, not ${smallestEffect}`);
  }
  return { alpha, seed, permutations, maxRows, smallestEffect };
}

function wholeFrom(name: string, value: number, smallest: number): void {
  if (!Number.isSafeInteger(value) || value < smallest) {
    throw new RangeError(`${name} is a whole number from ${smallest}, not ${value}`);
  }
}
