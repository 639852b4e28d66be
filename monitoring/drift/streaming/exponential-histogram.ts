import type { JsonObject } from '../../../contracts/index.js';
import type { SnapshotState } from './snapshot-state.js';

/**
 * A window of values kept as buckets that each sum up 2ʳ neighbours, at most `maxBuckets` for each
 * row r, newest values in row 0: memory logarithmic in the width of the window.
 *
 * The arrays hold `stride` places a row; within a row the oldest bucket comes first.
 *
 * @see A. Bifet, R. Gavaldà, Learning from Time-Changing Data with Adaptive Windowing, 2007
 * @see B. Babcock et al., Maintaining Variance and k-Medians over Data Stream Windows, 2003
 */
export class ExponentialHistogram {
  width = 0;
  total = 0;
  /** Sum of squared deviations from the mean of the window. */
  squares = 0;
  /** Rows in use, at least one. */
  rows = 1;
  /** Buckets in each row. */
  counts: Int32Array;
  /** Sum of each bucket's values. */
  totals: Float64Array;
  readonly stride: number;
  #squaresOf: Float64Array;

  constructor(private readonly maxBuckets: number) {
    // A row holds one more until it is merged.
    this.stride = maxBuckets + 1;
    this.counts = new Int32Array(INITIAL_ROWS);
    this.totals = new Float64Array(INITIAL_ROWS * this.stride);
    this.#squaresOf = new Float64Array(INITIAL_ROWS * this.stride);
  }

  add(value: number): void {
    this.#append(0, value, 0);
    this.width += 1;
    if (this.width > 1) {
      const deviation = value - this.total / (this.width - 1);
      this.squares += ((this.width - 1) * deviation * deviation) / this.width;
    }
    this.total += value;
    this.#merge();
  }

  /** Forgets the oldest bucket. The window must have more than one. */
  dropOldest(): void {
    const row = this.rows - 1;
    const size = 2 ** row;
    const place = row * this.stride;
    const total = this.totals[place] ?? 0;
    this.width -= size;
    this.total -= total;
    const difference = total / size - this.total / this.width;
    const between = (size * this.width * difference * difference) / (size + this.width);
    this.squares -= (this.#squaresOf[place] ?? 0) + between;
    this.#shift(row, 1);
    if (this.counts[row] === 0) this.rows -= 1;
  }

  clear(): void {
    this.counts[0] = 0;
    this.rows = 1;
    this.width = 0;
    this.total = 0;
    this.squares = 0;
  }

  #append(row: number, total: number, squares: number): void {
    const count = this.counts[row] ?? 0;
    const place = row * this.stride + count;
    this.totals[place] = total;
    this.#squaresOf[place] = squares;
    this.counts[row] = count + 1;
  }

  /** Two oldest buckets of a full row become one of the next. */
  #merge(): void {
    for (let row = 0; (this.counts[row] ?? 0) > this.maxBuckets; row += 1) {
      if (row + 1 === this.rows) this.#openRow();
      const size = 2 ** row;
      const place = row * this.stride;
      const [first, second] = [this.totals[place] ?? 0, this.totals[place + 1] ?? 0];
      const difference = first / size - second / size;
      const within = (this.#squaresOf[place] ?? 0) + (this.#squaresOf[place + 1] ?? 0);
      this.#append(row + 1, first + second, within + size * 0.5 * difference * difference);
      this.#shift(row, 2);
    }
  }

  #openRow(): void {
    if (this.rows === this.counts.length) {
      this.counts = grown(this.counts, new Int32Array(2 * this.counts.length));
      this.totals = grown(this.totals, new Float64Array(2 * this.totals.length));
      this.#squaresOf = grown(this.#squaresOf, new Float64Array(2 * this.#squaresOf.length));
    }
    this.counts[this.rows] = 0;
    this.rows += 1;
  }

  #shift(row: number, by: number): void {
    const start = row * this.stride;
    const count = (this.counts[row] ?? 0) - by;
    for (let place = start; place < start + count; place += 1) {
      this.totals[place] = this.totals[place + by] ?? 0;
      this.#squaresOf[place] = this.#squaresOf[place + by] ?? 0;
    }
    this.counts[row] = count;
  }

  save(): JsonObject {
    const [totals, squaresOf]: number[][] = [[], []];
    for (let row = 0; row < this.rows; row += 1) {
      const start = row * this.stride;
      const end = start + (this.counts[row] ?? 0);
      totals?.push(...this.totals.subarray(start, end));
      squaresOf?.push(...this.#squaresOf.subarray(start, end));
    }
    return {
      total: this.total,
      squares: this.squares,
      counts: [...this.counts.subarray(0, this.rows)],
      totals: totals ?? [],
      squaresOf: squaresOf ?? [],
    };
  }

  load(state: SnapshotState): void {
    const counts = state.numbers('counts');
    const sane = counts.every(
      (count) => Number.isInteger(count) && count >= 0 && count <= this.maxBuckets,
    );
    if (counts.length === 0 || counts.length > MAX_ROWS || !sane) {
      throw state.refuse(`state.counts must be up to ${MAX_ROWS} counts of at most maxBuckets`);
    }
    const buckets = counts.reduce((sum, count) => sum + count, 0);
    const totals = state.numbers('totals', buckets);
    const squaresOf = state.numbers('squaresOf', buckets);
    const [total, squares] = [state.number('total'), state.number('squares')];
    this.clear();
    let from = 0;
    for (const [row, count] of counts.entries()) {
      if (row > 0) this.#openRow();
      for (let i = from; i < from + count; i += 1) {
        this.#append(row, totals[i] ?? 0, squaresOf[i] ?? 0);
      }
      from += count;
      this.width += count * 2 ** row;
    }
    this.total = total;
    this.squares = squares;
  }
}

const INITIAL_ROWS = 16;
/** A window of 2⁵³ values: more cannot be counted. */
const MAX_ROWS = 53;

function grown<T extends Int32Array | Float64Array>(old: T, larger: T): T {
  larger.set(old);
  return larger;
}
