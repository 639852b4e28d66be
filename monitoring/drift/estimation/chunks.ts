/** A run of rows: the first, and the one after the last. */
export interface RowRange {
  readonly start: number;
  readonly end: number;
}

/** A default chunk is this share of the reference … */
const DEFAULT_CHUNKS = 10;
/** … and has at least this many rows, for a metric of fewer says little. */
const SMALLEST_DEFAULT = 100;

/**
 * Rows a chunk where nobody says: a tenth of the reference, 100 at the least.
 *
 * @example defaultChunkRows(5_000); // 500
 */
export function defaultChunkRows(referenceRows: number): number {
  return Math.max(SMALLEST_DEFAULT, Math.floor(referenceRows / DEFAULT_CHUNKS));
}

/**
 * Cuts rows into chunks in their order; the last one has what is left.
 *
 * @throws RangeError when `chunkRows` is not a whole number ≥ 1
 * @example cutChunks(250, 100); // [0, 100), [100, 200), [200, 250)
 */
export function cutChunks(rows: number, chunkRows: number): readonly RowRange[] {
  if (!(Number.isSafeInteger(chunkRows) && chunkRows >= 1)) {
    throw new RangeError(`chunks of ${chunkRows} rows: it must be a whole number ≥ 1`);
  }
  return Array.from({ length: Math.ceil(rows / chunkRows) }, (_, chunk) => ({
    start: chunk * chunkRows,
    end: Math.min(rows, (chunk + 1) * chunkRows),
  }));
}
