import { commonScale } from '../samples/moments.js';
import type { ColumnMoments } from './data-profile.js';

/** Central sums in units of `scale`, so that cubes of any values stay inside a double. */
interface CentralSums {
  readonly rows: number;
  readonly scale: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Σ(x − mean)² and Σ(x − mean)³. */
  readonly squares: number;
  readonly cubes: number;
}

export const NO_MOMENTS: ColumnMoments = {
  rows: 0,
  min: null,
  max: null,
  mean: null,
  standardDeviation: null,
  skewness: null,
};

/**
 * Moments of a stream, block by block: each in two passes, combined by Chan's and Pébay's formulas.
 * Values are scaled by a power of two first, so that 10³⁰⁰ or 10⁻³⁰⁰ lose nothing.
 *
 * @see P. Pébay, Formulas for robust, one-pass parallel computation of covariances and arbitrary-order statistical moments, 2008
 */
export class RunningMoments {
  #sums: CentralSums | null = null;

  /** @param sorted - ascending, finite; an empty one changes nothing */
  add(sorted: Float64Array): void {
    if (sorted.length > 0) this.#combine(sumsOf(sorted));
  }

  /** Adds what was summarised elsewhere, as if its values were added here, to rounding. */
  merge(moments: ColumnMoments): void {
    const sums = sumsOfMoments(moments);
    if (sums !== null) this.#combine(sums);
  }

  moments(): ColumnMoments {
    const sums = this.#sums;
    if (sums === null) return NO_MOMENTS;
    const { rows, scale, min, max, squares, cubes } = sums;
    if (min === max) {
      return { rows, min, max, mean: min, standardDeviation: rows < 2 ? null : 0, skewness: null };
    }
    return {
      rows,
      min,
      max,
      // Rounding may not push the mean out of the range.
      mean: Math.min(max, Math.max(min, sums.mean / scale)),
      standardDeviation: finiteOrNull(Math.sqrt(squares / (rows - 1)) / scale),
      skewness: finiteOrNull((Math.sqrt(rows) * cubes) / squares ** 1.5),
    };
  }

  #combine(block: CentralSums): void {
    if (this.#sums === null) {
      this.#sums = block;
      return;
    }
    const scale = Math.min(this.#sums.scale, block.scale);
    const a = rescaled(this.#sums, scale);
    const b = rescaled(block, scale);
    const rows = a.rows + b.rows;
    const delta = b.mean - a.mean;
    const product = (a.rows / rows) * b.rows;
    this.#sums = {
      rows,
      scale,
      min: Math.min(a.min, b.min),
      max: Math.max(a.max, b.max),
      mean: a.mean + delta * (b.rows / rows),
      squares: a.squares + b.squares + delta * delta * product,
      cubes:
        a.cubes +
        b.cubes +
        delta ** 3 * product * ((a.rows - b.rows) / rows) +
        (3 * delta * (a.rows * b.squares - b.rows * a.squares)) / rows,
    };
  }
}

function sumsOf(sorted: Float64Array): CentralSums {
  const rows = sorted.length;
  const min = sorted[0] ?? 0;
  const max = sorted[rows - 1] ?? 0;
  const scale = commonScale(sorted, sorted);
  if (min === max) return { rows, scale, min, max, mean: min * scale, squares: 0, cubes: 0 };
  let sum = 0;
  for (let i = 0; i < rows; i += 1) sum += (sorted[i] ?? 0) * scale;
  const rough = sum / rows;
  let [rest, squares, cubes] = [0, 0, 0];
  for (let i = 0; i < rows; i += 1) {
    const difference = (sorted[i] ?? 0) * scale - rough;
    const square = difference * difference;
    rest += difference;
    squares += square;
    cubes += square * difference;
  }
  // What is left of the rounding of the mean is taken out again.
  const shift = rest / rows;
  return {
    rows,
    scale,
    min,
    max,
    mean: rough + shift,
    squares: Math.max(0, squares - rest * shift),
    cubes: cubes - 3 * shift * squares + 2 * rest * shift * shift,
  };
}

/** The sums that give these moments; `null` where there are no rows. */
function sumsOfMoments(moments: ColumnMoments): CentralSums | null {
  const { rows, min, max, mean, standardDeviation, skewness } = moments;
  if (rows === 0 || min === null || max === null || mean === null) return null;
  const scale = commonScale(Float64Array.of(min, max), Float64Array.of(min, max));
  // A deviation too large for a double stays unknown: NaN goes through to null.
  const deviation = standardDeviation ?? (rows < 2 ? 0 : Number.NaN);
  const squares = (deviation * scale) ** 2 * (rows - 1);
  const cubes = ((skewness ?? 0) * squares ** 1.5) / Math.sqrt(rows);
  return { rows, scale, min, max, mean: mean * scale, squares, cubes };
}

function rescaled(sums: CentralSums, scale: number): CentralSums {
  if (sums.scale === scale) return sums;
  const factor = scale / sums.scale;
  return {
    ...sums,
    scale,
    mean: sums.mean * factor,
    squares: sums.squares * factor * factor,
    cubes: sums.cubes * factor ** 3,
  };
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
