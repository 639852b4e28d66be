/**
 * The members of a JSON object as they are written there, by their names; of a name that is there twice
 * the last, as it is read.
 *
 * @param text - of an object, known to be JSON
 * @example memberTexts('{"id": 12345678901234567890}').get('id'); // '12345678901234567890'
 */
export function memberTexts(text: string): ReadonlyMap<string, string> {
  const members = new Map<string, string>();
  let at = text.indexOf('"');
  while (at !== -1) {
    const nameEnd = endOfText(text, at);
    const start = text.indexOf(':', nameEnd) + 1;
    const end = endOfValue(text, start);
    members.set(JSON.parse(text.slice(at, nameEnd)) as string, text.slice(start, end).trim());
    at = text.indexOf('"', end);
  }
  return members;
}

/** Where the comma or bracket after a value stands. */
function endOfValue(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') at = endOfText(text, at) - 1;
    else if (character === '{' || character === '[') depth += 1;
    else if (depth === 0 && (character === ',' || character === '}')) return at;
    else if (character === '}' || character === ']') depth -= 1;
  }
  return text.length;
}

/** @param quote - where the text begins */
function endOfText(text: string, quote: number): number {
  let at = quote + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}
