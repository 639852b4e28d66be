import { MillraceError } from '../../contracts/index.js';
import { utf8Text } from './body-text.js';

/** Deeper than any body that a route takes. */
const MAX_DEPTH = 32;
/** Shorter text is parsed at once: however deep it is, it costs little. */
const SMALL_CHARACTERS = 4_096;

/**
 * JSON of a client, strictly: no key twice in an object, no `__proto__`, no half characters, no nesting beyond what any
 * route takes. The last value of a repeated key would win here and the first elsewhere, so that what
 * one program checks is not what another one uses.
 *
 * @param plainKeys - the number of keys of a value that nests no deeper than it knows; `null`: it does
 * not know. Whoever expects a form has seen most of the value already.
 * @throws MillraceError `InvalidInput` saying what is wrong
 */
export function parseJson(
  text: string,
  plainKeys: (value: unknown) => number | null = () => null,
): unknown {
  if (text.length === 0) {
    throw new MillraceError('InvalidInput', 'the body is empty', 'send a JSON object');
  }
  // A long row of brackets would become a hundred times its size in memory.
  if (text.length > SMALL_CHARACTERS) requireShallow(text);
  let value: unknown;
  try {
    value = JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new MillraceError('InvalidInput', `the body is not JSON: ${reason}`);
  }
  if (text.includes('\\u')) requireWholeCharacters(value);
  const keys = plainKeys(value) ?? countKeys(value);
  if (possibleKeys(text) !== keys) requireDistinctKeys(text);
  return value;
}

/** {@link parseJson} as a content type parser. */
export function parseJsonBody(
  _request: unknown,
  body: Buffer,
  done: (error: Error | null, value?: unknown) => void,
): void {
  let value: unknown;
  try {
    value = parseJson(utf8Text(body));
  } catch (error) {
    done(error as Error);
    return;
  }
  done(null, value);
}

/** Half of a pair, written by itself. */
const HALF_CHARACTER = /(?<!\\)(?:\\\\)*\\ud[89a-f]/;

/**
 * An escape may name half of a surrogate pair, which no UTF-8 can hold: what reads the prediction log
 * would leave the line out. `JSON.stringify` escapes halves, and pairs never.
 */
function requireWholeCharacters(value: unknown): void {
  if (!HALF_CHARACTER.test(JSON.stringify(value))) return;
  throw new MillraceError(
    'InvalidInput',
    'the body has half of a surrogate pair, which is no character',
    'write characters whole: \\ud83d\\ude00, or as UTF-8',
  );
}

/** Brackets that are open at once, outside of strings. */
function requireShallow(text: string): void {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (char === 0x22) {
      at = endOfString(text, at);
    } else if (char === 0x5b || char === 0x7b) {
      depth += 1;
      if (depth > MAX_DEPTH) throw tooDeep();
    } else if (char === 0x5d || char === 0x7d) {
      depth -= 1;
    }
  }
}

function tooDeep(): MillraceError {
  return new MillraceError(
    'InvalidInput',
    `the body nests lists and objects more than ${MAX_DEPTH} deep`,
    'no route takes that',
  );
}

/** Position of the quote that ends the string that begins at `start`; of the end where none does. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

function isEscaped(text: string, at: number): boolean {
  let slashes = 0;
  while (text.charCodeAt(at - 1 - slashes) === 0x5c) slashes += 1;
  return slashes % 2 === 1;
}

/** Keys of all objects of a parsed value. */
function countKeys(value: unknown): number {
  let keys = 0;
  const open: { readonly value: object; readonly depth: number }[] = [];
  const look = (found: unknown, depth: number): void => {
    if (typeof found !== 'object' || found === null) return;
    if (depth > MAX_DEPTH) throw tooDeep();
    open.push({ value: found, depth });
  };
  look(value, 1);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value: found, depth } = next;
    if (Array.isArray(found)) {
      for (const item of found) {
        if (typeof item === 'object') look(item, depth + 1);
      }
      continue;
    }
    for (const key in found) {
      if (key === '__proto__') throw reserved();
      keys += 1;
      look((found as { readonly [key: string]: unknown })[key], depth + 1);
    }
  }
  return keys;
}

/** Colons behind a quote: every key, and what looks like one within a string. */
function possibleKeys(text: string): number {
  let count = 0;
  // Three times as fast as to look at each character.
  for (let at = text.indexOf(':'); at !== -1; at = text.indexOf(':', at + 1)) {
    let before = at - 1;
    while (isSpace(text.charCodeAt(before))) before -= 1;
    if (text.charCodeAt(before) === 0x22) count += 1;
  }
  return count;
}

function isSpace(char: number): boolean {
  return char === 0x20 || char === 0x0a || char === 0x0d || char === 0x09;
}

/** Text that parses: walks it with the keys of each open object. */
function requireDistinctKeys(text: string): void {
  const open: (Set<string> | null)[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '{') open.push(new Set());
    else if (char === '[') open.push(null);
    else if (char === '}' || char === ']') open.pop();
    if (char !== '"') continue;
    const end = endOfString(text, at);
    let after = end + 1;
    while (isSpace(text.charCodeAt(after))) after += 1;
    const keys = open.at(-1);
    if (text[after] === ':' && keys) {
      const key = JSON.parse(text.slice(at, end + 1)) as string;
      if (key === '__proto__') throw reserved();
      if (keys.has(key)) throw repeated(key);
      keys.add(key);
    }
    at = end;
  }
}

function repeated(key: string): MillraceError {
  const name = key.length > 80 ? `${key.slice(0, 77)}...` : key;
  return new MillraceError(
    'InvalidInput',
    `the body has the key ${JSON.stringify(name)} twice in one object`,
    'give each key once',
  );
}

function reserved(): MillraceError {
  return new MillraceError(
    'InvalidInput',
    'the body has the key "__proto__", which no route takes',
  );
}
