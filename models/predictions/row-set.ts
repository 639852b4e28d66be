/**
 * Which rows of a request a log holds, as an entry of a large map: nearly always all from the first
 * on, which their number says. A job of which a sample is kept has others, a bit each.
 */
export type RowSet = number | RowBits;

/** The set with this row. */
export function withRow(known: RowSet | undefined, row: number): RowSet {
  if (known instanceof RowBits) {
    known.add(row);
    return known;
  }
  const count = known ?? 0;
  if (row <= count) return Math.max(count, row + 1);
  const bits = new RowBits();
  for (let first = 0; first < count; first += 1) bits.add(first);
  bits.add(row);
  return bits;
}

export function hasRow(known: RowSet | undefined, row: number): boolean {
  if (known instanceof RowBits) return known.has(row);
  return row < (known ?? 0);
}

const LEAST_BYTES = 16;

class RowBits {
  #bits = new Uint8Array(LEAST_BYTES);

  add(row: number): void {
    const at = row >>> 3;
    if (at >= this.#bits.length) {
      const grown = new Uint8Array(Math.max(at + 1, 2 * this.#bits.length));
      grown.set(this.#bits);
      this.#bits = grown;
    }
    this.#bits[at] = (this.#bits[at] ?? 0) | (1 << (row & 7));
  }

  has(row: number): boolean {
    return ((this.#bits[row >>> 3] ?? 0) & (1 << (row & 7))) !== 0;
  }
}
