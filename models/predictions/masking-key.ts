import { randomBytes } from 'node:crypto';
import { link, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

const NAME = 'masking-key';
const BYTES = 32;

/**
 * The key of the hashes in the prediction log: made once for a state directory, readable by its owner
 * alone. Who deletes it makes hashes of before and after differ, and those of before impossible to try
 * values against.
 *
 * @param root - the state directory
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
  await link(beside, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(beside, { force: true });
  return (await read(file)) ?? Buffer.alloc(0);
}

async function read(file: string): Promise<Uint8Array | null> {
  try {
    return Buffer.from((await readFile(file, 'utf8')).trim(), 'hex');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
