import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHome, type HomeLayout } from '../../../storage/home/index.js';

/**
 * Gives a state directory of its own to `use` and removes it after, also where the process ends in
 * the middle: statistics on plain files leave nothing behind.
 */
export async function withTemporaryHome<T>(use: (home: HomeLayout) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-drift-'));
  // A second Ctrl-C ends the process without letting anything finish.
  const remove = () => rmSync(directory, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    return await use(await createHome(join(directory, 'home')));
  } finally {
    process.off('exit', remove);
    remove();
  }
}
