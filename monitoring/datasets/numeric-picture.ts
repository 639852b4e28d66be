import type { ColumnPicture } from '../../contracts/index.js';
import type { BucketedColumn } from './ordered/bucketed-column.js';
import type { OrderComparison } from './ordered/exact-order.js';
import { evenSample } from './ordered/order-buckets.js';

const BINS = 30;
/** The outer bins hold what lies beyond these shares of the reference. */
const TRIMMED = 0.005;
/** Values that the range of the picture is taken from. */
const GLANCE = 2_048;
/**
 * The current data may widen the picture by so many times the reference's range on either side: a
 * bulk that moved away is still drawn where it is, and the reference keeps three bins or more.
 */
const WIDENED = 4;

/**
 * A histogram of both sides on even bins over the reference's range, widened where the current data
 * lies beyond it. Rows in the bucket that an edge cuts are all drawn on its right: less than a
 * hundredth of a percent of them, which nobody sees.
 */
export function numericPicture(order: OrderComparison, isWhole: boolean): ColumnPicture {
  const edges = pictureEdges(order, isWhole);
  const places = new Uint16Array(edges.length);
  order.buckets.place(
    Float64Array.from(edges, (edge) => edge + 0),
    places,
  );
  return {
    of: 'histogram',
    edges,
    reference: sharesBetween(order.reference, places),
    current: sharesBetween(order.current, places),
  };
}

function pictureEdges(order: OrderComparison, isWhole: boolean): readonly number[] {
  const [low, high] = rangeOf(order.reference);
  const [lowest, highest] = rangeOf(order.current);
  // A constant reference has no range of its own: the whole of the current data is drawn beside it.
  const width = high > low ? high - low : Math.max(low - lowest, highest - high, 0);
  const from = Math.max(Math.min(low, lowest), low - WIDENED * width);
  const to = Math.min(Math.max(high, highest), high + WIDENED * width);
  if (isWhole && Number.isSafeInteger(from) && Number.isSafeInteger(to)) {
    // Edges between whole numbers, each bin as many of them: others would alternate 1 and 2.
    const step = Math.max(1, Math.ceil((to - from + 1) / BINS));
    const bins = Math.ceil((to - from + 1) / step);
    return Array.from({ length: bins + 1 }, (_, i) => from - 0.5 + i * step);
  }
  if (!(to > from)) {
    const margin = Math.max(Math.abs(from) / 1_000, 0.5);
    return [from - margin, from + margin];
  }
  // Halves first: the difference of the largest numbers is none.
  return Array.from({ length: BINS + 1 }, (_, i) => from * (1 - i / BINS) + to * (i / BINS));
}

/** From the lowest to the highest value but for the ends' half percents. */
function rangeOf(column: BucketedColumn): readonly [number, number] {
  const { values, weights } = column;
  if (weights !== null) return [values[0] ?? 0, values.at(-1) ?? 0];
  const sample = evenSample(values, GLANCE).sort();
  const cut = Math.floor(sample.length * TRIMMED);
  return [sample[cut] ?? 0, sample[sample.length - 1 - cut] ?? 0];
}

function sharesBetween(column: BucketedColumn, places: Uint16Array): readonly number[] {
  const upTo = new Float64Array(column.counts.length + 1);
  for (let i = 0; i < column.counts.length; i += 1) {
    upTo[i + 1] = (upTo[i] ?? 0) + (column.counts[i] ?? 0);
  }
  const bins = places.length - 1;
  return Array.from({ length: bins }, (_, bin) => {
    const below = bin === 0 ? 0 : (upTo[places[bin] ?? 0] ?? 0);
    const end = bin === bins - 1 ? column.rows : (upTo[places[bin + 1] ?? 0] ?? 0);
    return (end - below) / column.rows;
  });
}
