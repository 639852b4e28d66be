import { distance } from 'fastest-levenshtein';
import { isMillraceError, MillraceError } from '../../contracts/index.js';
import type { TableFormat } from './table.js';

const FORMAT_NAME: Readonly<Record<TableFormat, string>> = {
  parquet: 'Parquet',
  csv: 'CSV',
  ndjson: 'NDJSON',
};

/** Says in millrace's words what DuckDB found wrong with a file. */
export function explainTableError(error: unknown, path: string, format: TableFormat): unknown {
  if (isMillraceError(error) || !(error instanceof Error)) return error;
  const text = error.message;
  if (/^(Binder|Parser|Catalog|Internal|Fatal) Error/i.test(text)) {
    return new MillraceError('Internal', `${path}: ${firstLine(text)}`, undefined, {
      cause: error,
    });
  }
  if (/No space left|Could not write|Out of Memory/i.test(text)) {
    return new MillraceError(
      'Internal',
      `${path}: ${firstLine(text)}`,
      'free disk space or memory on this machine and try again',
      { cause: error },
    );
  }
  return new MillraceError('InvalidInput', defectOf(text, path, format), adviceFor(text, format), {
    cause: error,
  });
}

function defectOf(text: string, path: string, format: TableFormat): string {
  const line = /CSV Error on Line: (\d+)/.exec(text)?.[1];
  if (line !== undefined) {
    const columns = /Expected Number of Columns: (\d+) Found: (\d+)/.exec(text);
    const detail =
      columns === null
        ? (text.split('\n').find((part) => /unterminated|unicode|[Mm]aximum/.test(part)) ??
          firstLine(text))
        : raggedness(Number(columns[1]), Number(columns[2]));
    return `${path}:${line}: ${detail}`;
  }
  return `${path} cannot be read as ${FORMAT_NAME[format]}: ${firstLine(text)}`;
}

/** DuckDB stops counting at the first value too many. */
function raggedness(expected: number, found: number): string {
  return found > expected
    ? `the row has more than the ${expected} columns of the header`
    : `the row has ${found} columns, the header has ${expected}`;
}

function adviceFor(text: string, format: TableFormat): string {
  if (format === 'parquet' && /not valid UTF-?8/i.test(text)) {
    return 'a column holds bytes that are no text: leave it out';
  }
  if (/out of range for the destination type INT64/.test(text)) {
    return 'whole numbers have up to 64 bits and a sign: write the column as text, or leave it out';
  }
  if (format === 'parquet') {
    return 'write the file again; it is damaged, cut short or of another format';
  }
  return /utf-?8/i.test(text)
    ? 'save the file as UTF-8'
    : 'mend that line; a file that is not what its name says needs another name';
}

/** DuckDB's messages go on with hints for SQL authors; what happened is in the first line. */
export function firstLine(text: string): string {
  return (text.split('\n')[0] ?? text).replace(/^(Invalid Input|IO|Conversion|Binder) Error: /, '');
}

/** A column that a table lacks, with the nearest one it has. */
export function missingColumn(
  name: string,
  path: string,
  columns: readonly { readonly name: string }[],
): MillraceError {
  const names = columns.map((column) => column.name);
  const nearest = names
    .map((candidate) => ({
      candidate,
      edits: distance(candidate.toLowerCase(), name.toLowerCase()),
    }))
    .sort((a, b) => a.edits - b.edits)[0];
  const close = nearest !== undefined && nearest.edits <= Math.max(2, name.length / 3);
  const listed = names.slice(0, 30).join(', ');
  return new MillraceError(
    'InvalidInput',
    `${path} has no column "${name}"`,
    `${close ? `did you mean "${nearest.candidate}"? ` : ''}its columns are: ${listed}${
      names.length > 30 ? ` and ${names.length - 30} more` : ''
    }`,
  );
}
