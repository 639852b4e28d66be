import type { OrderBuckets } from './order-buckets.js';

/** One side of a comparison by order: finite values, in any order, no −0. */
export interface OrderedColumn {
  readonly values: Float64Array;
  /** Rows that each value stands for, and then `values` ascends; `null`: each is one row. */
  readonly weights: Float64Array | null;
  /** Sum of the weights. */
  readonly rows: number;
}

/** A column, the bucket of each of its values, and the rows in each bucket. */
export interface BucketedColumn extends OrderedColumn {
  readonly places: Uint16Array;
  readonly counts: Float64Array;
}

/** @param places - room for the bucket of each value; it is overwritten by the next column */
export function bucketColumn(
  buckets: OrderBuckets,
  column: OrderedColumn,
  places: Uint16Array,
): BucketedColumn {
  const { values, weights } = column;
  buckets.place(values, places);
  const counts = new Float64Array(buckets.size);
  if (weights === null) {
    const rows = new Uint32Array(buckets.size);
    for (let i = 0; i < values.length; i += 1) {
      const place = places[i] ?? 0;
      rows[place] = (rows[place] ?? 0) + 1;
    }
    counts.set(rows);
  } else {
    for (let i = 0; i < values.length; i += 1) {
      const place = places[i] ?? 0;
      counts[place] = (counts[place] ?? 0) + (weights[i] ?? 0);
    }
  }
  return { ...column, places: places.subarray(0, values.length), counts };
}

/** Distinct values of one bucket, ascending, with their rows. */
export interface BucketContent {
  readonly values: Float64Array;
  readonly weights: Float64Array;
}

const EMPTY: BucketContent = { values: new Float64Array(0), weights: new Float64Array(0) };

/**
 * The values in some buckets of a column.
 *
 * Rows that equal the first value met in their bucket are counted, not kept: a column of whole
 * numbers, or one full of zeros, then costs no sorting.
 *
 * @param chosen - buckets
 * @returns the content of each, in the order of `chosen`
 */
export function contentOf(
  column: BucketedColumn,
  chosen: readonly number[],
): readonly BucketContent[] {
  const { values, weights, places, counts } = column;
  const slotOf = new Uint16Array(counts.length);
  chosen.forEach((bucket, index) => {
    slotOf[bucket] = index + 1;
  });
  const first = new Float64Array(chosen.length).fill(Number.NaN);
  const others = chosen.map((): number[] => []);
  const otherWeights = chosen.map((): number[] => []);
  for (let i = 0; i < places.length; i += 1) {
    const slot = slotOf[places[i] ?? 0] ?? 0;
    if (slot === 0) continue;
    const value = values[i] ?? 0;
    const known = first[slot - 1] ?? 0;
    if (Number.isNaN(known)) first[slot - 1] = value;
    else if (value !== known || weights !== null) {
      others[slot - 1]?.push(value);
      if (weights !== null) otherWeights[slot - 1]?.push(weights[i] ?? 0);
    }
  }
  return chosen.map((bucket, slot) => {
    const rows = counts[bucket] ?? 0;
    const value = first[slot] ?? 0;
    if (rows === 0) return EMPTY;
    const rest = others[slot] ?? [];
    return weights === null
      ? withTies(value, rows - rest.length, Float64Array.from(rest).sort())
      : inWeights(value, rows, rest, otherWeights[slot] ?? []);
  });
}

/** One value with its rows among ascending others of one row each. */
function withTies(tied: number, ties: number, sorted: Float64Array): BucketContent {
  const values = new Float64Array(sorted.length + 1);
  const weights = new Float64Array(sorted.length + 1);
  let size = 0;
  let pending = true;
  for (let i = 0; i <= sorted.length; i += 1) {
    const value = sorted[i] ?? Number.POSITIVE_INFINITY;
    if (pending && value > tied) {
      values[size] = tied;
      weights[size++] = ties;
      pending = false;
    }
    if (i === sorted.length) break;
    if (size === 0 || values[size - 1] !== value) values[size++] = value;
    weights[size - 1] = (weights[size - 1] ?? 0) + 1;
  }
  return { values: values.subarray(0, size), weights: weights.subarray(0, size) };
}

/** Ascending distinct values with their rows, of which the first has what the others leave. */
function inWeights(
  first: number,
  rows: number,
  rest: readonly number[],
  weights: readonly number[],
): BucketContent {
  const left = weights.reduce((sum, weight) => sum - weight, rows);
  return { values: Float64Array.of(first, ...rest), weights: Float64Array.of(left, ...weights) };
}
