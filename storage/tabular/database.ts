import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { availableParallelism, tmpdir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { fileLiteral, literal } from './sql-text.js';

/** What one operation on a table may use. */
export interface TabularLimits {
  /** Beyond it, sorts and loads spill to the temporary directory. Default: a quarter of the machine. */
  readonly memoryMb: number;
  /** Default: the machine's parallelism. */
  readonly threads: number;
}

let limits: TabularLimits = {
  memoryMb: Math.max(256, Math.floor(totalmem() / 4 / 2 ** 20)),
  threads: availableParallelism(),
};

/** Sets the limits of all operations of this process that start from now on. */
export function limitTabular(wanted: Partial<TabularLimits>): void {
  limits = { ...limits, ...wanted };
}

/**
 * Runs `work` on a DuckDB database of its own that can reach these files and nothing else: no other
 * file, no network, no extension that is not linked in, and no setting that could change that. So a
 * row filter written by a user cannot read what it was not given, whatever it says.
 *
 * A database costs about 20 ms to open, and closing it gives all its memory back; one for the whole
 * process would save those and hold every file open to every filter. Queries run on DuckDB's own
 * threads, so heartbeats go on.
 *
 * @param files - files that may be read or written
 * @param signal - interrupts the running query; the promise then rejects with its reason
 * @param own - limits of this operation, in place of the process's
 */
export async function withDatabase<T>(
  files: readonly string[],
  signal: AbortSignal | undefined,
  work: (connection: DuckDBConnection) => Promise<T>,
  own: Partial<TabularLimits> = {},
): Promise<T> {
  signal?.throwIfAborted();
  const { memoryMb, threads } = { ...limits, ...own };
  const spill = join(tmpdir(), `millrace-duckdb-${randomBytes(6).toString('hex')}`);
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    memory_limit: `${memoryMb}MiB`,
    threads: String(threads),
  });
  const connection = await instance.connect();
  const interrupt = () => connection.interrupt();
  signal?.addEventListener('abort', interrupt, { once: true });
  try {
    await connection.run(
      [
        "SET TimeZone = 'UTC'",
        `SET temp_directory = ${literal(spill)}`,
        `SET allowed_paths = [${files.flatMap(namesOf).join(', ')}]`,
        'SET enable_external_access = false',
        'SET lock_configuration = true',
      ].join('; '),
    );
    return await work(connection);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', interrupt);
    connection.closeSync();
    instance.closeSync();
    await rm(spill, { recursive: true, force: true });
  }
}

/** A file by its own name, and as the pattern under which it is read. */
function namesOf(file: string): readonly string[] {
  return [literal(resolve(file)), fileLiteral(resolve(file))];
}

/** The rows of a small result as JavaScript values, BIGINT as bigint. */
export async function queryRows(
  connection: DuckDBConnection,
  sql: string,
): Promise<readonly (readonly unknown[])[]> {
  return (await connection.runAndReadAll(sql)).getRowsJS();
}
