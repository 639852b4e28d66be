import { open, readFile, writeFile } from 'node:fs/promises';
import { MillraceError } from '../../contracts/index.js';
import { replaceFile } from '../../storage/durable-file.js';
import {
  DATA_PROFILE_FORMAT,
  type DataProfile,
  parseProfile,
  profileText,
} from '../drift/profiles/index.js';

/** The beginning of a profile's file, of any version, and of a monitor's reference. */
const BEGINNING = /^\s*\{\s*"format"\s*:\s*"millrace-(data-)?profile\//;

/** Writes a profile: under its name there is either the whole of it or what was there before. */
export async function writeProfileFile(profile: DataProfile, path: string): Promise<void> {
  await replaceFile(path, (temporary) => writeFile(temporary, profileText(profile)));
}

/**
 * Whether a file begins as a stored profile does, whatever its name; false where it cannot be read.
 * A damaged one is still taken for a profile, so that reading it says what is wrong.
 */
export async function isProfileFile(path: string): Promise<boolean> {
  const handle = await open(path, 'r').catch(() => null);
  if (handle === null) return false;
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(256), 0, 256, 0);
    return BEGINNING.test(buffer.toString('utf8', 0, bytesRead));
  } catch {
    return false;
  } finally {
    await handle.close();
  }
}

/**
 * Reads a stored profile and checks it.
 *
 * @throws MillraceError `InvalidInput` when the file cannot be read, is cut short or damaged, or of
 * another format or version
 */
export async function readProfileFile(path: string): Promise<DataProfile> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new MillraceError('InvalidInput', `cannot read ${path}: ${error.message}`);
  });
  try {
    return parseProfile(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new MillraceError(
      'InvalidInput',
      `${path} is no profile of data that can be used: ${error.message}`,
      `make it again: millrace profile FILE --out ${path} (format ${DATA_PROFILE_FORMAT})`,
      { cause: error },
    );
  }
}
