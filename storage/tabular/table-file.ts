import { open, stat } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { MillraceError } from '../../contracts/index.js';
import type { TableFormat } from './table.js';

/** A file that is there and has content, and how to read it. */
export interface TableFile {
  /** Absolute. */
  readonly path: string;
  readonly format: TableFormat;
}

const FORMAT_OF_EXTENSION: Readonly<Record<string, TableFormat>> = {
  '.parquet': 'parquet',
  '.pq': 'parquet',
  '.csv': 'csv',
  '.tsv': 'csv',
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
};

/**
 * Finds out what a file is: the format given, else its extension, else the first bytes of a Parquet
 * file (an artifact's name has no extension).
 *
 * @throws MillraceError `InvalidInput` when the file is missing, empty, a directory, or of no known format
 */
export async function openTableFile(path: string, format?: TableFormat): Promise<TableFile> {
  const absolute = resolve(path);
  const found = await stat(absolute).catch((error: NodeJS.ErrnoException) => error);
  if (found instanceof Error) {
    throw found.code === 'ENOENT' || found.code === 'ENOTDIR'
      ? new MillraceError('InvalidInput', `no file at ${path}`, 'check the path of the source')
      : new MillraceError('InvalidInput', `cannot read ${path}: ${found.message}`);
  }
  if (found.isDirectory()) {
    throw new MillraceError('InvalidInput', `${path} is a directory`, 'name one file');
  }
  if (found.isFile() && found.size === 0) {
    throw new MillraceError('InvalidInput', `${path} is empty`, 'check what wrote it');
  }
  const known = format ?? FORMAT_OF_EXTENSION[extname(absolute).toLowerCase()];
  return { path: absolute, format: known ?? (await formatOfContent(absolute)) };
}

async function formatOfContent(path: string): Promise<TableFormat> {
  const handle = await open(path, 'r').catch((error: Error) => {
    throw new MillraceError('InvalidInput', `cannot read ${path}: ${error.message}`);
  });
  try {
    const { buffer } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    if (buffer.toString('latin1') === 'PAR1') return 'parquet';
  } finally {
    await handle.close();
  }
  throw new MillraceError(
    'InvalidInput',
    `cannot tell the format of ${path}`,
    'name it .parquet, .csv or .ndjson, or give the format',
  );
}
