import { lstat, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { UsageError } from '../errors.js';

/**
 * Refuses a place for a profile or a page that cannot work, before a long read rather than after.
 *
 * @param inputs - files that are read, which must not be replaced
 * @throws UsageError when its directory is not there, it is a directory, a device or a link, or one of
 * the inputs
 */
export async function checkDestination(
  destination: string,
  inputs: readonly string[],
  option = '--out',
): Promise<void> {
  if (destination === '') throw new UsageError(`${option} names no file`, 'give it a name');
  const directory = dirname(resolve(destination));
  const parent = await stat(directory).catch(() => null);
  if (parent?.isDirectory() !== true) {
    throw new UsageError(
      `${option} ${destination}: there is no directory ${directory}`,
      'make it first',
    );
  }
  const found = await lstat(destination).catch(() => null);
  if (found === null) return;
  if (found.isDirectory()) {
    throw new UsageError(`${option} ${destination} is a directory`, 'name a file in it');
  }
  if (!found.isFile()) {
    // A rename puts the file in the place of the name: of /dev/null, of what /dev/stdout is.
    const what = found.isSymbolicLink() ? 'a link' : 'no ordinary file';
    throw new UsageError(
      `${option} ${destination} is ${what}`,
      'name an ordinary file, or a new one',
    );
  }
  for (const input of inputs) {
    const read = await stat(input).catch(() => null);
    if (read?.ino !== found.ino || read.dev !== found.dev) continue;
    throw new UsageError(`${option} ${destination} is a file that is read`, 'give it another name');
  }
}
