import type { CategoryCounter } from './category-counter.js';

const WORD = /[\p{L}\p{N}]+/gu;

/**
 * Words of a text: runs of letters and digits, in lower case.
 *
 * @example wordsOf("Isn't it 5 o'clock?"); // ['isn', 't', 'it', '5', 'o', 'clock']
 */
export function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(WORD) ?? [];
}

/** Fewer different values than this are categories, however long their names are. */
const FEWEST_TEXTS = 50;
/** Spaces in a text, on average, from which a column holds sentences. */
const SPACES = 2;

/** Whether a column, all of whose values are counted, holds sentences rather than names. */
export function holdsSentences(values: CategoryCounter): boolean {
  let [texts, spaces, rows] = [0, 0, 0];
  for (const [text, count] of values.entries()) {
    texts += 1;
    rows += count;
    spaces += count * (text.trim().split(/\s+/).length - 1);
  }
  return texts >= FEWEST_TEXTS && spaces / rows >= SPACES;
}
