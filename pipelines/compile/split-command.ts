import type { Template } from '../../contracts/index.js';
import { parseTemplate } from '../expressions/index.js';

export type SplitCommand =
  | { readonly ok: true; readonly argv: readonly Template[] }
  | {
      readonly ok: false;
      readonly message: string;
      readonly hint: string;
      readonly offset: number;
    };

type Part = string | { readonly $expr: string };

/**
 * Splits a command into arguments as a POSIX shell quotes, and does nothing else a shell does: blanks
 * part arguments, `'…'` and `"…"` hold them together, a backslash takes the next character as it is.
 * An expression is one indivisible piece of the argument it stands in, whatever its value will be.
 *
 * @example splitCommand('python a.py "--name=${params.name}"');
 * // { ok: true, argv: ['python', 'a.py', { $concat: ['--name=', { $expr: 'params.name' }] }] }
 */
export function splitCommand(text: string): SplitCommand {
  const parsed = parseTemplate(text);
  if (!parsed.ok) {
    return { ok: false, message: parsed.message, hint: 'close it with }', offset: parsed.offset };
  }
  const ends = new Map<number, { readonly end: number; readonly source: string }>();
  for (const { source, offset } of parsed.expressions) {
    const start = text.lastIndexOf('${', offset);
    ends.set(start, { end: text.indexOf('}', offset + source.length) + 1, source });
  }

  const argv: Template[] = [];
  let current: Part[] | null = null;
  let quote: '"' | "'" | null = null;
  let quoteStart = 0;
  const put = (piece: Part): void => {
    current ??= [];
    const last = current.at(-1);
    if (typeof piece === 'string' && typeof last === 'string')
      current[current.length - 1] = last + piece;
    else current.push(piece);
  };
  const finish = (): void => {
    if (current !== null) argv.push(joined(current));
    current = null;
  };

  let at = 0;
  while (at < text.length) {
    const expression = ends.get(at);
    if (expression !== undefined) {
      put({ $expr: expression.source });
      at = expression.end;
      continue;
    }
    // `$${` is the two characters themselves.
    const escaped = text.startsWith('$${', at);
    const char = escaped ? '${' : text.charAt(at);
    const width = escaped ? 3 : 1;
    if (quote !== null) {
      const next = text.charAt(at + 1);
      if (char === quote) quote = null;
      else if (quote === '"' && char === '\\' && /["\\$`\n]/.test(next)) {
        if (next !== '\n') put(next);
        at += 1;
      } else put(char);
    } else if (char === '"' || char === "'") {
      quote = char;
      quoteStart = at;
      put('');
    } else if (char === '\\') {
      if (at + 1 >= text.length) return refused('a backslash ends the command', 'remove it', at);
      if (text.charAt(at + 1) !== '\n') put(text.charAt(at + 1));
      at += 1;
    } else if (
      char === '\n' &&
      text.slice(at).trim() !== '' &&
      (argv.length > 0 || current !== null)
    ) {
      return refused('the command has several lines', MULTI_LINE_HINT, at);
    } else if (/\s/.test(char)) finish();
    else if (SHELL_SYNTAX.test(char)) {
      return refused(
        `${char} means something to a shell, and no shell runs this command`,
        SHELL_HINT,
        at,
      );
    } else put(char);
    at += width;
  }
  if (quote !== null) return refused(`the quote ${quote} is not closed`, 'close it', quoteStart);
  finish();
  return { ok: true, argv };
}

const SHELL_SYNTAX = /[|&;<>`]/;
const SHELL_HINT = 'quote it if it is meant as text; write shell: true if it is meant for a shell';
const MULTI_LINE_HINT = 'fold it with >, end lines with \\, or write shell: true';

function refused(message: string, hint: string, offset: number): SplitCommand {
  return { ok: false, message, hint, offset };
}

function joined(parts: readonly Part[]): Template {
  const pieces = parts.filter((part) => part !== '');
  const [first] = pieces;
  if (first === undefined) return '';
  return pieces.length === 1 ? first : { $concat: pieces };
}
