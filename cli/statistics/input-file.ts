import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isMillraceError, MillraceError } from '../../contracts/index.js';
import { UsageError } from '../errors.js';

/**
 * Gives files that a user named to `use`; `-` is stdin, which is spooled into a file because tables
 * are read more than once. What was spooled is removed after; errors call it `stdin`.
 *
 * @param signal - ends the wait for a stdin that does not end
 * @throws UsageError when stdin is named twice, or is a terminal
 * @throws MillraceError `InvalidInput` when stdin is empty
 */
export async function withInputFiles<T>(
  names: readonly string[],
  signal: AbortSignal,
  use: (paths: readonly string[]) => Promise<T>,
): Promise<T> {
  const fromStdin = names.filter((name) => name === '-').length;
  if (fromStdin === 0) return use(names);
  if (fromStdin > 1) throw new UsageError('stdin (-) can be read once', 'name the other file');
  if (process.stdin.isTTY) {
    throw new UsageError('stdin (-) is a terminal', 'pipe a file into the command, or name one');
  }
  let directory = '';
  // What a time limit sends. Ctrl-C aborts the work, and comes by the `finally` below.
  const leave = () => {
    rmSync(directory, { recursive: true, force: true });
    process.kill(process.pid, 'SIGTERM');
  };
  process.once('SIGTERM', leave);
  // Without a pause in which the signal could find a directory that has no name yet.
  directory = mkdtempSync(join(tmpdir(), 'millrace-stdin-'));
  try {
    const spooled = await spoolStdin(directory, signal);
    try {
      return await use(names.map((name) => (name === '-' ? spooled : name)));
    } catch (error) {
      throw calledStdin(error, spooled);
    }
  } finally {
    process.removeListener('SIGTERM', leave);
    await rm(directory, { recursive: true, force: true });
  }
}

/** Writes stdin into a file whose extension tells what it holds: tables are read by it. */
async function spoolStdin(directory: string, signal: AbortSignal): Promise<string> {
  const path = join(directory, 'stdin');
  const file = createWriteStream(path);
  await pipeline(process.stdin, file, { signal });
  if (file.bytesWritten === 0) throw new MillraceError('InvalidInput', 'stdin is empty');
  const named = `${path}.${await formatOf(path)}`;
  await rename(path, named);
  return named;
}

async function formatOf(path: string): Promise<'parquet' | 'ndjson' | 'csv'> {
  const handle = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(256), 0, 256, 0);
    const start = buffer.toString('latin1', 0, bytesRead);
    if (start.startsWith('PAR1')) return 'parquet';
    // A header row never begins with a brace.
    return start.trimStart().startsWith('{') ? 'ndjson' : 'csv';
  } finally {
    await handle.close();
  }
}

function calledStdin(error: unknown, spooled: string): unknown {
  if (!isMillraceError(error) || !error.message.includes(spooled)) return error;
  const message = error.message.replaceAll(spooled, 'stdin');
  return new MillraceError(error.type, message, error.hint, { cause: error });
}
