/**
 * Text of a file as one line of a terminal: control characters become the pictures that Unicode has
 * for them, so that a line feed in a category breaks no table and nothing in the data moves the cursor.
 *
 * @example withoutControls('a\nb'); // 'a␊b'
 */
export function withoutControls(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => {
    const code = character.charCodeAt(0);
    if (code > 0x7f) return '\ufffd';
    return code === 0x7f ? '\u2421' : String.fromCharCode(0x2400 + code);
  });
}
