import { randomBytes } from 'node:crypto';
import { link, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MillraceError } from '../../contracts/index.js';
import { syncDirectory } from '../../storage/durable-file.js';

const NAME = 'masking-key';
const BYTES = 32;
/** At least so many may be copied from elsewhere. */
const LEAST_BYTES = 16;
const WRITTEN = new RegExp(`^(?:[0-9a-f]{2}){${LEAST_BYTES},}$`, 'i');

/**
 * The key of the hashes in the prediction log: made once for a state directory, readable by its owner
 * alone. Who deletes it makes hashes of before and after differ, and those of before impossible to try
 * values against.
 *
 * @param root - the state directory
 * @throws MillraceError `InvalidInput` where the file holds no key: with another one, or none, what is to
 * be hidden could be found by trying
 */
export async function maskingKey(root: string): Promise<Uint8Array> {
  const file = join(root, NAME);
  const known = await read(file);
  if (known !== null) return known;
  // Whole under another name first: two gateways that start at once end with one key.
  const beside = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  const handle = await open(beside, 'wx', 0o600);
  try {
    await handle.writeFile(`${randomBytes(BYTES).toString('hex')}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    await link(beside, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    // Hashes of after a power cut are those of before.
    await syncDirectory(root);
  } finally {
    await rm(beside, { force: true });
  }
  return (await read(file)) ?? maskingKey(root);
}

async function read(file: string): Promise<Uint8Array | null> {
  let text: string;
  try {
    text = (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  if (WRITTEN.test(text)) return Buffer.from(text, 'hex');
  throw new MillraceError(
    'InvalidInput',
    `${file} is no key of ${LEAST_BYTES} bytes or more in hex, with which columns of the prediction log are hashed`,
    'restore it from a backup; removed, it is made anew, and hashes differ from those of before',
  );
}
