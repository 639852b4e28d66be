import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHome } from './create-home.js';
import type { HomeLayout } from './layout.js';

/**
 * Gives a state directory of its own to `use` and removes it after, also where the process ends in
 * the middle: work on plain files leaves nothing behind.
 */
export async function withTemporaryHome<T>(use: (home: HomeLayout) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-work-'));
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
