import { hashNumber, hashText } from '../profiles/hash.js';
import type { ColumnValues } from '../samples/column-values.js';

/**
 * Tells rows apart by a 64-bit hash of all their values, a column at a time: 8 bytes a row, however
 * many columns there are. Two of a million different rows share one with a chance of 3 · 10⁻⁸.
 *
 * @example
 * const rows = new RowHashes(3);
 * rows.add({ kind: 'numeric', values: Float64Array.of(1, 2, 1) });
 * rows.repeated(); // 1
 */
export class RowHashes {
  readonly #words: Uint32Array;

  /** @param rows - of every column that is added */
  constructor(rows: number) {
    this.#words = new Uint32Array(2 * rows);
  }

  /** Takes the next column into each row's hash; a missing value equals another missing one. */
  add({ kind, values }: ColumnValues): void {
    const value = new Uint32Array(2);
    const words = this.#words;
    const rows = words.length / 2;
    for (let row = 0; row < rows; row += 1) {
      if (kind === 'numeric') hashNumber(asOneZero(values[row] ?? Number.NaN), value);
      else hashText(present(values[row] ?? null), value);
      words[2 * row] = chained(words[2 * row] ?? 0, value[0] ?? 0);
      words[2 * row + 1] = chained(words[2 * row + 1] ?? 0, value[1] ?? 0);
    }
  }

  /** Rows that equal an earlier one in every column added; 0 without a column. */
  repeated(): number {
    const hashes = new BigUint64Array(this.#words.slice().buffer).sort();
    let repeated = 0;
    for (let i = 1; i < hashes.length; i += 1) if (hashes[i] === hashes[i - 1]) repeated += 1;
    return repeated;
  }
}

/** −0 equals 0, but its bits do not. */
function asOneZero(value: number): number {
  return value === 0 ? 0 : value;
}

/** Empty text is a value, a missing one is not. */
function present(value: string | null): string {
  return value === null ? '' : `=${value}`;
}

/** The order of columns counts: (1, 2) is another row than (2, 1). */
function chained(hash: number, value: number): number {
  const mixed = Math.imul(((hash << 13) | (hash >>> 19)) ^ value, 0x5bd1e995);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}
