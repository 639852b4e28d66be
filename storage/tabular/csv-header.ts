import { createReadStream } from 'node:fs';
import { MillraceError } from '../../contracts/index.js';

export interface CsvHeader {
  readonly delimiter: string;
  readonly names: readonly string[];
}

const DELIMITERS = [',', ';', '\t', '|'] as const;
const MAX_HEADER_BYTES = 1 << 20;
const LINE_END = /\r\n|\r|\n/g;

/**
 * Reads the header row of a CSV file (RFC 4180; UTF-8 with or without a mark; the delimiter is the
 * one of `, ; tab |` that the header has most of, a comma where it has none).
 *
 * Reading it here rather than letting DuckDB guess makes every following row strict: the guess takes
 * a ragged file for one with a single column.
 *
 * @throws MillraceError `InvalidInput` on an empty or repeated name (letter case does not count), or
 * where the file is not UTF-8
 */
export async function readCsvHeader(path: string): Promise<CsvHeader> {
  const { text, lineEnd } = await readFirstRecord(path);
  refuseOtherEncodings(text, path);
  const delimiter = delimiterOf(text);
  const names = splitRecord(text, delimiter);
  const seen = new Set<string>();
  for (const [index, name] of names.entries()) {
    if (name === '') {
      throw new MillraceError(
        'InvalidInput',
        `${path}:1: column ${index + 1} of the header has no name`,
        'the first row must name every column',
      );
    }
    if (lineEnd !== '' && (name.match(LINE_END) ?? []).some((end) => end !== lineEnd)) {
      // DuckDB would look for the end of the rows by the wrong character, and find no row.
      throw new MillraceError(
        'InvalidInput',
        `${path}:1: a line break in the name of column ${index + 1} is not the one that ends the rows`,
        'write that name on one line',
      );
    }
    if (seen.has(name.toLowerCase())) {
      throw new MillraceError(
        'InvalidInput',
        `${path}:1: the header names the column "${name}" twice`,
        'names must differ in more than upper and lower case',
      );
    }
    seen.add(name.toLowerCase());
  }
  return { delimiter, names };
}

/** UTF-16 has a zero byte beside each ASCII letter; so has most of what is no text at all. */
function refuseOtherEncodings(text: string, path: string): void {
  if (!text.includes('\0')) return;
  throw new MillraceError(
    'InvalidInput',
    `${path}:1: the header holds zero bytes, as UTF-16 has: a CSV file must be UTF-8`,
    'save the file as UTF-8',
  );
}

interface FirstRecord {
  readonly text: string;
  /** What ends it: a line feed, a carriage return, both, or nothing. */
  readonly lineEnd: string;
}

async function readFirstRecord(path: string): Promise<FirstRecord> {
  let text = '';
  for await (const chunk of createReadStream(path, { encoding: 'utf8', end: MAX_HEADER_BYTES })) {
    text += chunk;
    const end = endOfRecord(text);
    if (end !== null) {
      const lineEnd = text.startsWith('\r\n', end) ? '\r\n' : text.charAt(end);
      return { text: stripMark(text.slice(0, end)), lineEnd };
    }
  }
  if (text.length >= MAX_HEADER_BYTES) {
    throw new MillraceError(
      'InvalidInput',
      `${path}:1: the first row does not end within 1 MiB`,
      'check that this is a CSV file and its quotes are closed',
    );
  }
  return { text: stripMark(text), lineEnd: '' };
}

function stripMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

function endOfRecord(text: string): number | null {
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '"') quoted = !quoted;
    else if (!quoted && (character === '\n' || character === '\r')) return i;
  }
  return null;
}

function delimiterOf(record: string): string {
  const bare = record.replace(/"[^"]*"/g, '');
  let best = ',';
  for (const candidate of DELIMITERS) {
    if (bare.split(candidate).length > bare.split(best).length) best = candidate;
  }
  return best;
}

function splitRecord(record: string, delimiter: string): readonly string[] {
  const names: string[] = [];
  let name = '';
  let quoted = false;
  for (const character of record) {
    if (character === '"') {
      // A doubled quote inside a quoted name closes and opens it again: keep one of the two.
      if (!quoted && name !== '') name += '"';
      quoted = !quoted;
    } else if (character === delimiter && !quoted) {
      names.push(name);
      name = '';
    } else {
      name += character;
    }
  }
  return [...names, name].map((text) => text.trim());
}
