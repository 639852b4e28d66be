import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { MillraceError } from '../../contracts/index.js';
import { UsageError } from '../errors.js';

/**
 * Gives files that a user named to `use`; `-` is stdin, which is spooled into a file because tables
 * are read more than once. What was spooled is removed after.
 *
 * @throws UsageError when stdin is named twice, or is a terminal
 * @throws MillraceError `InvalidInput` when stdin is empty
 */
export async function withInputFiles<T>(
  names: readonly string[],
  use: (paths: readonly string[]) => Promise<T>,
): Promise<T> {
  const fromStdin = names.filter((name) => name === '-').length;
  if (fromStdin === 0) return use(names);
  if (fromStdin > 1) throw new UsageError('stdin (-) can be read once', 'name the other file');
  if (process.stdin.isTTY) {
    throw new UsageError('stdin (-) is a terminal', 'pipe a file into the command, or name one');
  }
  const directory = await mkdtemp(join(tmpdir(), 'millrace-stdin-'));
  try {
    const spooled = join(directory, 'stdin');
    const file = createWriteStream(spooled);
    await pipeline(process.stdin, file);
    if (file.bytesWritten === 0) throw new MillraceError('InvalidInput', 'stdin is empty');
    return await use(names.map((name) => (name === '-' ? spooled : name)));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
