/** How esbuild writes code that is kept in memory: V8 keeps the text of a program beside what it compiled. */
export const COMPACT = Object.freeze({
  minifyWhitespace: true,
  /** Characters, about: a stack trace that names a line names a place. */
  lineLimit: 120,
});

/**
 * Writes what esbuild leaves of other characters, in tagged templates and regular expressions, as
 * escapes: a single one of them would make V8 keep the whole text in two bytes a character.
 *
 * @param {string} code - JavaScript in which no `String.raw` has such a character
 */
export function asciiOnly(code) {
  return code.replaceAll(/[^\0-\x7f]/g, (char) => {
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
