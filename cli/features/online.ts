import { access } from 'node:fs/promises';
import {
  ONLINE_STORE_URL,
  type OnlineStore,
  onlineStorePlace,
  openOnlineStore,
} from '../../models/features/index.js';
import type { HomeLayout } from '../../storage/home/layout.js';
import type { Cli } from '../command.js';

/**
 * Gives the online store to `use` and closes it after; `null` in its place where there is none yet,
 * so that looking makes no file.
 */
export async function withOnlineStore<T>(
  cli: Cli,
  home: HomeLayout | null,
  use: (store: OnlineStore | null) => Promise<T>,
): Promise<T> {
  const root = home?.root ?? null;
  const isNamed = (cli.env[ONLINE_STORE_URL] ?? '') !== '';
  if (root === null && !isNamed) return use(null);
  const place = onlineStorePlace({ root: root ?? cli.cwd }, cli.env);
  if (!isNamed && !(await isThere(place))) return use(null);
  const store = await openOnlineStore(place);
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
