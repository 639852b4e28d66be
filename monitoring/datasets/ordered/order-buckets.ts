/** Values of each column that the buckets are fitted to. */
const SAMPLE = 8_192;
/** Buckets wanted; counts of so many stay in the processor's first cache. */
const BUCKETS = 8_192;
/** The upper 16 bits of a double: sign, exponent and four bits of the mantissa. */
const CELLS = 2 ** 16;
/** Bits below those of the cell in the upper half of a double. */
const CELL_BITS = 16;
/** Values that decide whether upper halves tell the values apart. */
const GLANCE = 256;

/**
 * A monotone map from numbers to some ten thousand buckets that hold about the same share each.
 *
 * The upper half of a double, its sign turned round, orders as the number does. Its first 16 bits
 * choose a cell, and each cell is cut in 2ᵇ by the bits that follow, b so that a bucket expects its
 * share of a sample. So a value costs two looks into small tables and no comparison, whatever the
 * distribution: wide and narrow, many zeros, decades of heavy tail. Values close to one another and
 * far from 0 (10⁹ + noise) share their upper half: their distance from one of them is taken then.
 */
export class OrderBuckets {
  readonly #base = new Uint16Array(CELLS);
  readonly #shift = new Uint8Array(CELLS);
  readonly #centre: number;
  /** Number of buckets, below 2¹⁶. */
  readonly size: number;

  /** @param columns - finite, no −0 */
  constructor(columns: readonly Float64Array[]) {
    const samples = columns.map((column) => evenSample(column, SAMPLE));
    this.#centre = centreOf(samples);
    const found = new Uint32Array(CELLS);
    let taken = 0;
    for (const sample of samples) {
      for (let i = 0; i < sample.length; i += 1) sample[i] = (sample[i] ?? 0) - this.#centre;
      const words = wordsOf(sample);
      for (let i = 1; i < words.length; i += 2) {
        const cell = orderOf(words[i] ?? 0) >>> CELL_BITS;
        found[cell] = (found[cell] ?? 0) + 1;
      }
      taken += sample.length;
    }
    this.size = this.#cutCells(found, taken);
  }

  #cutCells(found: Uint32Array, taken: number): number {
    let next = 0;
    let lastWasEmpty = false;
    for (let cell = 0; cell < CELLS; cell += 1) {
      const share = ((found[cell] ?? 0) * BUCKETS) / taken;
      const bits = share > 1 ? Math.min(Math.ceil(Math.log2(share)), CELL_BITS) : 0;
      // Cells next to one another that the sample never met are one bucket.
      if (share > 0 || !lastWasEmpty) next += 1 << bits;
      lastWasEmpty = share === 0;
      this.#base[cell] = next - (1 << bits);
      this.#shift[cell] = CELL_BITS - bits;
    }
    return next;
  }

  /**
   * Writes the bucket of each value of a column to `places`.
   *
   * @returns the number of values in each bucket
   */
  place(column: Float64Array, places: Uint16Array): Uint32Array {
    const counts = new Uint32Array(this.size);
    if (this.#centre !== 0) {
      this.#placeAround(this.#centre, column, places, counts);
      return counts;
    }
    const base = this.#base;
    const shift = this.#shift;
    const words = wordsOf(column);
    for (let i = 0; i < column.length; i += 1) {
      const order = orderOf(words[2 * i + 1] ?? 0);
      const cell = order >>> CELL_BITS;
      const place = (base[cell] ?? 0) + ((order & 0xffff) >>> (shift[cell] ?? 0));
      places[i] = place;
      counts[place] = (counts[place] ?? 0) + 1;
    }
    return counts;
  }

  #placeAround(
    centre: number,
    column: Float64Array,
    places: Uint16Array,
    counts: Uint32Array,
  ): void {
    const base = this.#base;
    const shift = this.#shift;
    const difference = new Float64Array(1);
    const words = wordsOf(difference);
    for (let i = 0; i < column.length; i += 1) {
      difference[0] = (column[i] ?? 0) - centre;
      const order = orderOf(words[1] ?? 0);
      const cell = order >>> CELL_BITS;
      const place = (base[cell] ?? 0) + ((order & 0xffff) >>> (shift[cell] ?? 0));
      places[i] = place;
      counts[place] = (counts[place] ?? 0) + 1;
    }
  }
}

/** At most `size` values at even steps, as an array of its own. */
export function evenSample(column: Float64Array, size: number): Float64Array {
  if (column.length <= size) return column.slice();
  const step = column.length / size;
  const sample = new Float64Array(size);
  for (let i = 0; i < size; i += 1) sample[i] = column[Math.floor(i * step)] ?? 0;
  return sample;
}

/** 0 where upper halves tell values apart, else the middle one of them. */
function centreOf(samples: readonly Float64Array[]): number {
  const glance = Float64Array.from(samples.flatMap((sample) => [...evenSample(sample, GLANCE)]));
  glance.sort();
  const words = wordsOf(glance);
  let [values, halves] = [0, 0];
  for (let i = 0; i < glance.length; i += 1) {
    if (i === 0 || glance[i] !== glance[i - 1]) values += 1;
    if (i === 0 || words[2 * i + 1] !== words[2 * i - 1]) halves += 1;
  }
  return halves < values * 0.9 ? (glance[glance.length >>> 1] ?? 0) : 0;
}

/** The upper half of a double as a whole number that orders as the doubles do (unsigned). */
function orderOf(high: number): number {
  return high ^ ((high >> 31) | 0x80000000);
}

/** The halves of doubles, the lower one first: every processor that Node runs on is little-endian. */
function wordsOf(values: Float64Array): Int32Array {
  return new Int32Array(values.buffer, values.byteOffset, values.length * 2);
}
