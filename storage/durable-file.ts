import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

/** Makes the entries of a directory (names made, renamed or removed in it) survive a power cut. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Makes a directory and the parents it lacks, each of them durable: a file fsynced in a directory
 * whose own entry was never synced is lost with it.
 *
 * @param mode - permission bits of every directory made; those that exist are left alone
 */
export async function makeDirectory(directory: string, mode = 0o700): Promise<void> {
  const target = resolve(directory);
  const first = await mkdir(target, { recursive: true, mode });
  if (first === undefined) return;
  for (let made = target; ; made = dirname(made)) {
    await syncDirectory(dirname(made));
    if (made === resolve(first) || made === dirname(made)) return;
  }
}

/**
 * Writes a file so that under its name there is either the whole new content or what was there
 * before: the content goes to a temporary name beside it, is fsynced and renamed.
 *
 * @param path - final name; its directory exists
 * @param write - makes the file at the temporary path it is given
 * @throws whatever `write` or the file system throws; the temporary file is then removed
 */
export async function replaceFile(
  path: string,
  write: (temporaryPath: string) => Promise<void>,
): Promise<void> {
  const temporary = temporaryPathBeside(path);
  try {
    await write(temporary);
    await publishFile(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** A name in the same directory that nothing else uses; hidden, so that globs do not find it. */
export function temporaryPathBeside(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
}

/** Fsyncs a finished temporary file, renames it to its final name and makes the name durable. */
export async function publishFile(temporary: string, path: string): Promise<void> {
  const handle = await open(temporary, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, path);
  await syncDirectory(dirname(path));
}
