/** A non-decreasing function, given at its corners and straight between them. */
export interface IsotonicFit {
  /** Ascending, distinct, at least one. */
  readonly x: Float64Array;
  /** Non-decreasing, same length as `x`. */
  readonly y: Float64Array;
}

/**
 * Isotonic regression by pool-adjacent-violators: the non-decreasing fit with the smallest sum of
 * squares. Rows with the same x are one point, their mean.
 *
 * @param x - finite, any order, at least one
 * @param y - finite, same length
 * @returns the corners of the fit: points inside a flat stretch are left out
 * @throws RangeError on no rows, unequal lengths or a value that is not finite
 * @example isotonicRegression([1, 2, 3], [1, 3, 2]); // x [1, 2, 3], y [1, 2.5, 2.5]
 * @see R. E. Barlow et al., Statistical Inference under Order Restrictions, 1972
 */
export function isotonicRegression(x: ArrayLike<number>, y: ArrayLike<number>): IsotonicFit {
  const points = distinctPoints(x, y);
  const blocks = poolViolators(points);
  const corners: { readonly x: number; readonly y: number }[] = [];
  for (const block of blocks) {
    corners.push({ x: points.x[block.first] ?? 0, y: block.mean });
    if (block.last > block.first) corners.push({ x: points.x[block.last] ?? 0, y: block.mean });
  }
  return {
    x: Float64Array.from(corners, (corner) => corner.x),
    y: Float64Array.from(corners, (corner) => corner.y),
  };
}

/**
 * The fit at a place: between corners on the straight line, beyond the ends as at the ends.
 *
 * @returns within the fit's y; NaN for NaN
 * @example isotonicAt({ x: Float64Array.of(1, 2), y: Float64Array.of(0, 1) }, 1.25); // 0.25
 */
export function isotonicAt({ x, y }: IsotonicFit, place: number): number {
  if (Number.isNaN(place)) return Number.NaN;
  const last = x.length - 1;
  if (place <= (x[0] ?? 0)) return y[0] ?? 0;
  if (place >= (x[last] ?? 0)) return y[last] ?? 0;
  let [low, high] = [0, last];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((x[middle] ?? 0) <= place) low = middle;
    else high = middle;
  }
  const [x0 = 0, x1 = 0] = [x[low], x[high]];
  const [y0 = 0, y1 = 0] = [y[low], y[high]];
  return y0 + ((y1 - y0) * (place - x0)) / (x1 - x0);
}

interface Points {
  readonly x: Float64Array;
  readonly mean: Float64Array;
  readonly weight: Float64Array;
  readonly length: number;
}

function distinctPoints(x: ArrayLike<number>, y: ArrayLike<number>): Points {
  const rows = x.length;
  if (rows === 0) throw new RangeError('isotonic regression needs at least one row');
  if (rows !== y.length) throw new RangeError(`${rows} values of x, ${y.length} of y`);
  const order = new Uint32Array(rows);
  for (let row = 0; row < rows; row += 1) {
    if (!Number.isFinite(x[row]) || !Number.isFinite(y[row])) {
      throw new RangeError(`row ${row} is (${x[row]}, ${y[row]}); both must be finite`);
    }
    order[row] = row;
  }
  order.sort((a, b) => (x[a] ?? 0) - (x[b] ?? 0));
  const points = {
    x: new Float64Array(rows),
    mean: new Float64Array(rows),
    weight: new Float64Array(rows),
  };
  let length = 0;
  for (let start = 0; start < rows; length += 1) {
    const value = x[order[start] ?? 0] ?? 0;
    let [end, sum] = [start, 0];
    while (end < rows && x[order[end] ?? 0] === value) sum += y[order[end++] ?? 0] ?? 0;
    points.x[length] = value;
    points.mean[length] = sum / (end - start);
    points.weight[length] = end - start;
    start = end;
  }
  return { ...points, length };
}

interface Block {
  readonly first: number;
  last: number;
  mean: number;
  weight: number;
}

/** Each point joins the stack as a block, which swallows those before it that are not lower. */
function poolViolators(points: Points): readonly Block[] {
  const blocks: Block[] = [];
  for (let point = 0; point < points.length; point += 1) {
    let block: Block = {
      first: point,
      last: point,
      mean: points.mean[point] ?? 0,
      weight: points.weight[point] ?? 0,
    };
    for (let before = blocks.at(-1); before && before.mean >= block.mean; before = blocks.at(-1)) {
      blocks.pop();
      const weight = before.weight + block.weight;
      const mean = (before.mean * before.weight + block.mean * block.weight) / weight;
      block = { first: before.first, last: block.last, mean, weight };
    }
    blocks.push(block);
  }
  return blocks;
}
