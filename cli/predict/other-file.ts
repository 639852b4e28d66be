import { stat } from 'node:fs/promises';
import { MillraceError } from '../../contracts/index.js';

/**
 * Predictions never take the place of the rows that they are made of: by whichever path both are
 * named.
 *
 * @param source - a file, or what is none: a URL
 * @throws MillraceError `InvalidInput` where both are one file
 */
export async function requireOtherFile(source: string, output: string): Promise<void> {
  const [from, to] = await Promise.all([identityOf(source), identityOf(output)]);
  if (from === null || from !== to) return;
  throw new MillraceError(
    'InvalidInput',
    `${output} is the file with the rows: the predictions would take its place`,
    'name another file as --output',
  );
}

/** `null` where there is no such file. */
async function identityOf(path: string): Promise<string | null> {
  const found = await stat(path, { bigint: true }).catch(() => null);
  return found?.isFile() === true ? `${found.dev}/${found.ino}` : null;
}
