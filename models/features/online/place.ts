import { join } from 'node:path';
import { MillraceError } from '../../../contracts/index.js';
import { ONLINE_STORE_URL, type OnlineStore } from './store.js';

const KINDS = {
  'postgres:': 'postgres',
  'postgresql:': 'postgres',
  'redis:': 'redis',
  'rediss:': 'redis',
} as const;

/**
 * Where the online store is: what `MILLRACE_ONLINE_STORE` names, else a file of the state directory.
 *
 * @throws MillraceError `InvalidInput` for a URL of another kind; its text is not repeated, because
 * it may hold a password
 */
export function onlineStorePlace(
  home: { readonly root: string },
  env: { readonly [name: string]: string | undefined } = process.env,
): string {
  const url = env[ONLINE_STORE_URL] ?? '';
  if (url === '') return join(home.root, 'features', 'online.db');
  if (kindOf(url) !== null || !url.includes('://')) return url;
  throw new MillraceError(
    'InvalidInput',
    `${ONLINE_STORE_URL} is neither the URL of a Postgres or Redis nor a file`,
    'write it like redis://host:6379/0, postgres://user:password@host:5432/database or features/online.db',
  );
}

/**
 * Opens an online store; the connection is made by the first call.
 *
 * @param place - what {@link onlineStorePlace} gave
 */
export async function openOnlineStore(place: string): Promise<OnlineStore> {
  switch (kindOf(place)) {
    case 'postgres':
      return (await import('./postgres-store.js')).openPostgresStore(place, shown(place));
    case 'redis':
      return (await import('./redis-store.js')).openRedisStore(place, shown(place));
    case null:
      return (await import('./sqlite-store.js')).openSqliteStore(place);
  }
}

function kindOf(place: string): 'postgres' | 'redis' | null {
  if (!URL.canParse(place)) return null;
  const { protocol } = new URL(place);
  return Object.hasOwn(KINDS, protocol) ? KINDS[protocol as keyof typeof KINDS] : null;
}

/** Without the password, and without parameters. */
function shown(place: string): string {
  const { protocol, username, host, pathname } = new URL(place);
  return `${protocol}//${username === '' ? '' : `${username}@`}${host}${pathname}`;
}
