import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { MillraceError } from '../../contracts/index.js';
import { type OpenTable, openTable } from '../../storage/tabular/index.js';
import { type DataProfile, ProfileBuilder } from '../drift/profiles/index.js';

/** Rows between two calls of `onProgress`, about. */
const PROGRESS_ROWS = 100_000;

export interface ProfileFileOptions {
  /** Which columns, in this order. Default: all that are no vectors. */
  readonly columns?: readonly string[];
  /** Version of millrace, which the profile carries. */
  readonly madeBy?: string;
  readonly signal?: AbortSignal;
  /** Told now and then how many rows of how many have been read. */
  readonly onProgress?: (rows: number, of: number) => void;
}

export interface FileProfile {
  readonly profile: DataProfile;
  /** Columns of vectors, which have no profile: compare embeddings with the data itself. */
  readonly leftOut: readonly string[];
}

/**
 * Profiles a Parquet, CSV or NDJSON file in one pass, in memory that does not grow with its rows.
 *
 * @throws MillraceError `InvalidInput` when the file is missing, empty, has no rows, is damaged or ragged,
 * a column is not there, is named twice or holds vectors
 * @example
 * const { profile } = await profileFile('bikes.parquet', { columns: ['humidity'] });
 * profile.columns[0].moments.mean; // 0.627
 */
export async function profileFile(
  path: string,
  options: ProfileFileOptions = {},
): Promise<FileProfile> {
  const { signal, madeBy } = options;
  const ended = new AbortController();
  const digest = digestOf(path, signal ? AbortSignal.any([signal, ended.signal]) : ended.signal);
  // What the table says of a file is clearer than that it cannot be hashed either.
  digest.catch(() => undefined);
  try {
    return await openTable(path, signal === undefined ? {} : { signal }, async (table) => {
      const { names, leftOut } = pickColumns(table, path, options.columns);
      const builder = await scanInto(table, names, path, options.onProgress);
      const sha256 = await digest;
      const origin = { sha256, ...(madeBy !== undefined && { madeBy }) };
      return { profile: builder.finish(origin), leftOut };
    });
  } finally {
    ended.abort();
  }
}

async function scanInto(
  table: OpenTable,
  names: readonly string[],
  path: string,
  onProgress: ProfileFileOptions['onProgress'],
): Promise<ProfileBuilder> {
  const kinds = new Map(table.columns.map(({ name, kind }) => [name, kind]));
  const builder = new ProfileBuilder(
    names.map((name) => ({ name, kind: kinds.get(name) ?? 'string' })),
  );
  const rows = await table.countRows();
  if (rows === 0) {
    throw new MillraceError('InvalidInput', `${path} has no rows`, 'check what wrote the file');
  }
  let [read, told] = [0, 0];
  await table.scan(names, (columns, chunkRows) => {
    builder.update(columns.map(({ values }) => values));
    read += chunkRows;
    if (read - told < PROGRESS_ROWS) return;
    told = read;
    onProgress?.(read, rows);
  });
  return builder;
}

function pickColumns(
  table: OpenTable,
  path: string,
  wanted: readonly string[] | undefined,
): { readonly names: readonly string[]; readonly leftOut: readonly string[] } {
  const vectors = table.columns.filter(({ isVector }) => isVector).map(({ name }) => name);
  if (wanted === undefined) {
    const names = table.columns.filter(({ isVector }) => !isVector).map(({ name }) => name);
    if (names.length > 0) return { names, leftOut: vectors };
    throw new MillraceError(
      'InvalidInput',
      `${path} has no column that can be profiled: ${vectors.join(', ')} hold vectors`,
      'compare embeddings with the data itself: millrace drift REFERENCE CURRENT',
    );
  }
  const repeated = wanted.find((name, i) => wanted.indexOf(name) < i);
  if (repeated !== undefined) {
    throw new MillraceError('InvalidInput', `the column "${repeated}" is asked for twice`);
  }
  const vector = wanted.find((name) => vectors.includes(name));
  if (vector !== undefined) {
    throw new MillraceError(
      'InvalidInput',
      `${path}: the column "${vector}" holds vectors, which have no profile`,
      'compare embeddings with the data itself: millrace drift REFERENCE CURRENT',
    );
  }
  return { names: wanted, leftOut: [] };
}

async function digestOf(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { signal, highWaterMark: 1 << 20 })) {
    hash.update(chunk);
  }
  return hash.digest('hex');
}
