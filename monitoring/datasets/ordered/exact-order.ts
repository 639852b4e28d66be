import {
  type BucketContent,
  type BucketedColumn,
  bucketColumn,
  contentOf,
  type OrderedColumn,
  type Spare,
} from './bucketed-column.js';
import { OrderBuckets } from './order-buckets.js';

/** What order says about two columns, exactly. */
export interface OrderComparison {
  /** Kolmogorov–Smirnov D, as a merge of the two sorted columns would give it. */
  readonly statistic: number;
  readonly referenceMedian: number;
  readonly currentMedian: number;
  readonly reference: BucketedColumn;
  readonly current: BucketedColumn;
  readonly buckets: OrderBuckets;
}

/** Room for the work on two columns, used again for the next two. */
export class OrderSpace {
  readonly spares: readonly [Spare, Spare] = [
    { values: new Float64Array(0) },
    { values: new Float64Array(0) },
  ];
  readonly #places = [new Uint16Array(0), new Uint16Array(0)];

  /** A place for each value of a side; overwritten by the next column of that side. */
  places(side: 0 | 1, values: number): Uint16Array {
    const room = this.#places[side];
    if (room !== undefined && room.length >= values) return room;
    const made = new Uint16Array(values);
    this.#places[side] = made;
    return made;
  }
}

/**
 * The Kolmogorov–Smirnov statistic and the medians of two columns without sorting them.
 *
 * Both are counted into the same order-preserving buckets. At the end of a bucket the difference of
 * the two distribution functions is known; inside, it is at most what it was before plus the
 * reference's share of the bucket, and at least what it was minus the current share. Buckets in
 * which that is no more than the largest difference at an end cannot hold the supremum. The few
 * others are sorted.
 *
 * @throws RangeError when a column is empty
 */
export function compareOrder(
  reference: OrderedColumn,
  current: OrderedColumn,
  space: OrderSpace,
): OrderComparison {
  if (reference.rows === 0 || current.rows === 0) {
    throw new RangeError('order needs a value in each column');
  }
  const buckets = new OrderBuckets([reference.values, current.values]);
  const a = bucketColumn(buckets, reference, space.places(0, reference.values.length));
  const b = bucketColumn(buckets, current, space.places(1, current.values.length));
  const { largest, open } = supremumBounds(a, b);
  const middle = [middleBuckets(a), middleBuckets(b)];
  const chosen = [...new Set([...open, ...middle.flat()].map(({ bucket }) => bucket))];
  const [inA, inB] = [contentOf(a, chosen, space.spares[0]), contentOf(b, chosen, space.spares[1])];
  const slotOf = new Map(chosen.map((bucket, slot) => [bucket, slot]));
  const within = ({ bucket, referenceBefore, currentBefore }: OpenBucket): number => {
    const slot = slotOf.get(bucket) ?? 0;
    const [left, right] = [inA[slot], inB[slot]];
    if (left === undefined || right === undefined) return 0;
    return supremumWithin(left, right, {
      referenceBefore,
      currentBefore,
      referenceRows: a.rows,
      currentRows: b.rows,
    });
  };
  const medianOf = (column: BucketedColumn, contents: readonly BucketContent[]): number =>
    median(
      middleBuckets(column).map(({ bucket, rank }) => {
        const content = contents[slotOf.get(bucket) ?? 0];
        return content === undefined ? 0 : valueAtRank(content, rank);
      }),
    );
  return {
    statistic: open.reduce((most, bucket) => Math.max(most, within(bucket)), largest),
    referenceMedian: medianOf(a, inA),
    currentMedian: medianOf(b, inB),
    reference: a,
    current: b,
    buckets,
  };
}

/** A bucket that may hold the supremum, with the rows of each side below it. */
interface OpenBucket {
  readonly bucket: number;
  readonly referenceBefore: number;
  readonly currentBefore: number;
}

/** The largest difference at the end of a bucket, and the buckets inside which it may be passed. */
function supremumBounds(
  a: BucketedColumn,
  b: BucketedColumn,
): { readonly largest: number; readonly open: readonly OpenBucket[] } {
  let [i, j, largest] = [0, 0, 0];
  for (let bucket = 0; bucket < a.counts.length; bucket += 1) {
    i += a.counts[bucket] ?? 0;
    j += b.counts[bucket] ?? 0;
    largest = Math.max(largest, Math.abs(i / a.rows - j / b.rows));
  }
  const open: OpenBucket[] = [];
  [i, j] = [0, 0];
  for (let bucket = 0; bucket < a.counts.length; bucket += 1) {
    const [before, beforeCurrent] = [i, j];
    i += a.counts[bucket] ?? 0;
    j += b.counts[bucket] ?? 0;
    const above = i / a.rows - beforeCurrent / b.rows;
    const below = j / b.rows - before / a.rows;
    if (Math.max(above, below) > largest) {
      open.push({ bucket, referenceBefore: before, currentBefore: beforeCurrent });
    }
  }
  return { largest, open };
}

function supremumWithin(
  reference: BucketContent,
  current: BucketContent,
  rows: {
    readonly referenceBefore: number;
    readonly currentBefore: number;
    readonly referenceRows: number;
    readonly currentRows: number;
  },
): number {
  let [i, j, largest] = [0, 0, 0];
  let [below, belowCurrent] = [rows.referenceBefore, rows.currentBefore];
  while (i < reference.values.length || j < current.values.length) {
    const left = reference.values[i] ?? Number.POSITIVE_INFINITY;
    const right = current.values[j] ?? Number.POSITIVE_INFINITY;
    if (left <= right) below += reference.weights[i++] ?? 0;
    if (right <= left) belowCurrent += current.weights[j++] ?? 0;
    const difference = Math.abs(below / rows.referenceRows - belowCurrent / rows.currentRows);
    largest = Math.max(largest, difference);
  }
  return largest;
}

/** Where the one or two middle values of a column are: the bucket, and how many rows into it. */
function middleBuckets(
  column: BucketedColumn,
): readonly { readonly bucket: number; readonly rank: number }[] {
  const ranks = [Math.floor((column.rows - 1) / 2), Math.floor(column.rows / 2)];
  return ranks.map((rank) => {
    let bucket = 0;
    let left = rank;
    for (; left >= (column.counts[bucket] ?? Number.POSITIVE_INFINITY); bucket += 1) {
      left -= column.counts[bucket] ?? 0;
    }
    return { bucket, rank: left };
  });
}

function valueAtRank(content: BucketContent, rank: number): number {
  let upTo = 0;
  for (let i = 0; i < content.values.length; i += 1) {
    upTo += content.weights[i] ?? 0;
    if (rank < upTo) return content.values[i] ?? 0;
  }
  return content.values.at(-1) ?? 0;
}

function median(middle: readonly number[]): number {
  const [low = 0, high = low] = middle;
  // Halves first: the sum of the largest numbers is none.
  return low === high ? low : low / 2 + high / 2;
}
