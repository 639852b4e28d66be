/** Scripts that write without spaces: each of their letters counts as a word. */
const UNSPACED =
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}';

const WORD = new RegExp(`[${UNSPACED}]|(?:(?![${UNSPACED}])\\S)+`, 'gu');
const TOKEN = new RegExp(`[${UNSPACED}]|(?:(?![${UNSPACED}])[\\p{L}\\p{M}\\p{N}])+`, 'gu');

/**
 * Words of a text: what stands between white space; in scripts without spaces, letters.
 *
 * @example countWords('7f9c-11 e2'); // 2
 */
export function countWords(text: string): number {
  return text.match(WORD)?.length ?? 0;
}

/**
 * Tokens of a text: runs of letters and digits in lower case; in scripts without spaces, letters.
 *
 * @example tokensOf("Isn't it 5?"); // ['isn', 't', 'it', '5']
 */
export function tokensOf(text: string): readonly string[] {
  return text.toLowerCase().match(TOKEN) ?? [];
}
