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
  const found = buckets.place(values, places);
  const counts = new Float64Array(buckets.size);
  if (weights === null) counts.set(found);
  else {
    weights.forEach((rows, i) => {
      const place = places[i] ?? 0;
      counts[place] = (counts[place] ?? 0) + rows;
    });
  }
  return { ...column, places: places.subarray(0, values.length), counts };
}

/** Distinct values of one bucket, ascending, with their rows. */
export interface BucketContent {
  readonly values: Float64Array;
  readonly weights: Float64Array;
}

const EMPTY: BucketContent = { values: new Float64Array(0), weights: new Float64Array(0) };

/** Room for the values of some buckets, used again from one column to the next. */
export interface Spare {
  values: Float64Array;
}

/**
 * The values in some buckets of a column.
 *
 * @param chosen - buckets
 * @returns the content of each, in the order of `chosen`; valid until `spare` is used again
 */
export function contentOf(
  column: BucketedColumn,
  chosen: readonly number[],
  spare: Spare,
): readonly BucketContent[] {
  return column.weights === null
    ? gather(column, chosen, spare)
    : slice(column, column.weights, chosen);
}

/**
 * Rows that equal the first value met in their bucket are counted, not kept: a column of whole
 * numbers, or one full of zeros, then costs no sorting.
 */
function gather(
  { values, places, counts }: BucketedColumn,
  chosen: readonly number[],
  spare: Spare,
): readonly BucketContent[] {
  const slotOf = new Uint16Array(counts.length);
  // The values of a slot stand behind one another, from its start to its end.
  const start = new Uint32Array(chosen.length);
  let room = 0;
  chosen.forEach((bucket, slot) => {
    slotOf[bucket] = slot + 1;
    start[slot] = room;
    room += counts[bucket] ?? 0;
  });
  if (room > spare.values.length) spare.values = new Float64Array(room);
  const kept = spare.values;
  const end = start.slice();
  const first = new Float64Array(chosen.length).fill(Number.NaN);
  for (let i = 0; i < places.length; i += 1) {
    const slot = (slotOf[places[i] ?? 0] ?? 0) - 1;
    if (slot < 0) continue;
    const value = values[i] ?? 0;
    const known = first[slot] ?? 0;
    if (value === known) continue;
    if (Number.isNaN(known)) first[slot] = value;
    else {
      const at = end[slot] ?? 0;
      kept[at] = value;
      end[slot] = at + 1;
    }
  }
  return chosen.map((bucket, slot) => {
    const rows = counts[bucket] ?? 0;
    if (rows === 0) return EMPTY;
    const others = kept.subarray(start[slot] ?? 0, end[slot] ?? 0).sort();
    return withTies(first[slot] ?? 0, rows - others.length, others);
  });
}

/** Ascending distinct values have those of a bucket next to one another. */
function slice(
  { values, places, counts }: BucketedColumn,
  weights: Float64Array,
  chosen: readonly number[],
): readonly BucketContent[] {
  const start = new Uint32Array(counts.length + 1);
  for (const place of places) start[place + 1] = (start[place + 1] ?? 0) + 1;
  for (let i = 1; i < start.length; i += 1) start[i] = (start[i] ?? 0) + (start[i - 1] ?? 0);
  return chosen.map((bucket) => ({
    values: values.subarray(start[bucket] ?? 0, start[bucket + 1] ?? 0),
    weights: weights.subarray(start[bucket] ?? 0, start[bucket + 1] ?? 0),
  }));
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
