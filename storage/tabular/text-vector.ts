import type { DuckDBVector } from '@duckdb/node-api';
import { maskOf } from './column-vectors.js';

/** Text up to this many bytes lies in the vector itself, longer text behind a pointer. */
const INLINE_BYTES = 12;
/** 32-bit words of one entry: length, then twelve bytes of text (or four of them and a pointer). */
const WORDS = 4;
const SLOTS = 1_024;

/**
 * Reads VARCHAR vectors of one column as strings. Short texts that came before are not decoded
 * again: a category costs a look into a table and shares one string.
 */
export class TextReader {
  readonly #keys = new Uint32Array(SLOTS * WORDS);
  readonly #texts: (string | undefined)[] = new Array<string | undefined>(SLOTS);

  /** The texts of a vector, null where one is missing, written to `into` from its start. */
  read(vector: DuckDBVector, rows: number, into: (string | null)[]): void {
    const view: unknown = Reflect.get(vector, 'dataView');
    const mask = maskOf(vector);
    into.length = rows;
    if (!(view instanceof DataView) || view.byteOffset % WORDS !== 0 || mask === undefined) {
      for (let row = 0; row < rows; row += 1) into[row] = textAt(vector, row);
      return;
    }
    const words = new Uint32Array(view.buffer, view.byteOffset, rows * WORDS);
    for (let row = 0; row < rows; row += 1) {
      const isThere = mask === null || (((mask[row >>> 5] ?? 0) >>> (row & 31)) & 1) === 1;
      into[row] = isThere ? this.#text(vector, words, row) : null;
    }
  }

  #text(vector: DuckDBVector, words: Uint32Array, row: number): string | null {
    const [length = 0, a = 0, b = 0, c = 0] = [
      words[row * WORDS],
      words[row * WORDS + 1],
      words[row * WORDS + 2],
      words[row * WORDS + 3],
    ];
    if (length > INLINE_BYTES) return textAt(vector, row);
    // Bytes past the end of a short text are 0, so that the four words are the text.
    const hash = Math.imul(a ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35), 0x9e3779b1);
    const slot = ((hash ^ length) >>> 3) % SLOTS;
    const at = slot * WORDS;
    const keys = this.#keys;
    const known = this.#texts[slot];
    if (
      known !== undefined &&
      keys[at] === length &&
      keys[at + 1] === a &&
      keys[at + 2] === b &&
      keys[at + 3] === c
    ) {
      return known;
    }
    const text = textAt(vector, row);
    if (text !== null) {
      keys.set([length, a, b, c], at);
      this.#texts[slot] = text;
    }
    return text;
  }
}

function textAt(vector: DuckDBVector, row: number): string | null {
  const value = vector.getItem(row);
  return typeof value === 'string' ? value : null;
}
