/**
 * One numeric column of one side, held in memory without its missing values, and used again for the
 * next column: fresh memory costs a page fault for every 512 values.
 */
export class ColumnBuffer {
  /** The first `length` are the column: finite, ±∞ as the largest finite numbers, no −0. */
  values: Float64Array;
  length = 0;
  missing = 0;
  /** Rows of ±∞ among them. */
  infinite = 0;
  /** Of the finite values. */
  sum = 0;

  constructor(capacity: number) {
    this.values = new Float64Array(Math.max(1, capacity));
  }

  clear(): void {
    this.length = 0;
    this.missing = 0;
    this.infinite = 0;
    this.sum = 0;
  }

  /** Adds rows; NaN is missing. */
  add(part: Float64Array): void {
    if (this.length + part.length > this.values.length) this.#grow(this.length + part.length);
    const values = this.values;
    let at = this.length;
    // A sum of a chunk added to the total rounds less than one running sum over a million values.
    let sum = 0;
    for (let i = 0; i < part.length; i += 1) {
      const value = part[i] ?? Number.NaN;
      if (value - value === 0) {
        sum += value;
        // Adding 0 makes −0 the 0 that it equals.
        values[at++] = value + 0;
      } else if (Number.isNaN(value)) {
        this.missing += 1;
      } else {
        this.infinite += 1;
        values[at++] = value > 0 ? Number.MAX_VALUE : -Number.MAX_VALUE;
      }
    }
    this.sum += sum;
    this.length = at;
  }

  /** The column; valid until the buffer is cleared. */
  get column(): Float64Array {
    return this.values.subarray(0, this.length);
  }

  /** Of the finite values; `null` where there is none, or their sum is no number. */
  get mean(): number | null {
    const mean = this.sum / (this.length - this.infinite);
    return Number.isFinite(mean) ? mean : null;
  }

  #grow(needed: number): void {
    const grown = new Float64Array(Math.max(needed, this.values.length * 2));
    grown.set(this.values.subarray(0, this.length));
    this.values = grown;
  }
}
