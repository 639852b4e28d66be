import { hashText } from './hash.js';

/** A text with more UTF-16 code units than this is counted under a shortened name. */
export const LONGEST_CATEGORY = 256;
const KEPT = 240;

/**
 * The name under which a profile counts a text: the text itself, or, past {@link LONGEST_CATEGORY}
 * code units, its beginning with a 64-bit hash of the whole, so that a column of documents does not
 * make a profile of its own size. Current values are named the same way before they are looked up.
 *
 * @example categoryName('A'); // 'A'
 */
export function categoryName(text: string): string {
  if (text.length <= LONGEST_CATEGORY) return text;
  const hash = new Uint32Array(2);
  hashText(text, hash);
  const digits = Array.from(hash, (word) => word.toString(16).padStart(8, '0')).join('');
  // Copied letter by letter: a slice would keep the whole text in memory.
  return `${Array.from({ length: KEPT }, (_, i) => text[i]).join('')}…#${digits}`;
}
