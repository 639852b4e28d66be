import { MillraceError } from '../../../contracts/index.js';

/**
 * Splits RFC 4180 text into records: quoted fields may hold commas, line breaks and doubled quotes;
 * lines end in LF or CRLF. A byte-order mark and blank lines are ignored.
 *
 * @throws MillraceError `InvalidInput` naming the line on a stray or unclosed quote
 * @example parseCsv('a,b\n1,"x, y"\n'); // [['a', 'b'], ['1', 'x, y']]
 */
export function parseCsv(text: string): readonly (readonly string[])[] {
  const records: string[][] = [];
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  while (at < text.length) {
    const record: string[] = [];
    const recordStart = at;
    let ended = false;
    while (!ended) {
      const field = text[at] === '"' ? quotedField(text, at) : plainField(text, at);
      record.push(field.value);
      const separator = text[field.end];
      at = field.end + 1;
      if (separator === '\r' && text[at] === '\n') at += 1;
      ended = separator !== ',';
    }
    const isBlank = record.length === 1 && record[0] === '' && text[recordStart] !== '"';
    if (!isBlank) records.push(record);
  }
  return records;
}

interface Field {
  readonly value: string;
  /** Position of the comma or line break after it, or the length of the text. */
  readonly end: number;
}

function plainField(text: string, start: number): Field {
  let end = start;
  while (end < text.length && !isSeparator(text, end)) {
    if (text[end] === '"') throw badQuote(text, end);
    end += 1;
  }
  return { value: text.slice(start, end), end };
}

function quotedField(text: string, start: number): Field {
  let close = start;
  do {
    close = text.indexOf('"', close + 1);
    // A doubled quote is part of the field: go on behind it.
    if (text[close + 1] === '"' && close !== -1) close += 1;
    else break;
  } while (close !== -1);
  if (close === -1) throw badQuote(text, start);
  const end = close + 1;
  if (end < text.length && !isSeparator(text, end)) throw badQuote(text, end);
  return { value: text.slice(start + 1, close).replaceAll('""', '"'), end };
}

function isSeparator(text: string, at: number): boolean {
  const char = text[at];
  return char === ',' || char === '\n' || char === '\r';
}

function badQuote(text: string, at: number): MillraceError {
  const line = text.slice(0, at).split('\n').length;
  return new MillraceError(
    'InvalidInput',
    `line ${line} of the CSV has a quote that does not open or close a field`,
    'put the whole field in quotes and double each quote within it',
  );
}
