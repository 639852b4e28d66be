import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { type Client, createClient, type Transaction } from '@libsql/client/sqlite3';
import { MillraceError } from '../../../contracts/index.js';
import { MIGRATIONS, type Migration } from '../migrations.js';
import { BLOCKING_WAIT_MS } from './connection.js';
import { isBusy, registryError } from './errors.js';

/**
 * Brings a registry file to the schema of this code, creating it where there is none. Safe when
 * several processes open a new file at once: the schema's version is read and raised under the
 * write lock, so one of them migrates and the others find it done.
 *
 * @param timeoutMs - how long to wait for other processes
 * @throws MillraceError `RegistryUnavailable` when the file is of a newer millrace, is no database,
 * or cannot be opened
 */
export async function migrate(
  file: string,
  timeoutMs: number,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await migrateOnce(file, migrations);
    } catch (error) {
      // Changing the journal mode answers "busy" without waiting.
      if (!isBusy(error) || Date.now() >= deadline) throw registryError(error, file);
      await sleep(10 + Math.random() * 20);
    }
  }
}

async function migrateOnce(file: string, migrations: readonly Migration[]): Promise<void> {
  const target = migrations.at(-1)?.version ?? 0;
  const client = createClient({
    url: pathToFileURL(file).href,
    timeout: BLOCKING_WAIT_MS,
    concurrency: 1,
  });
  try {
    const present = await schemaVersion(client);
    if (present > target) throw newerSchema(file, present, target);
    if (present === target) return;
    // Kept in the file; cannot be changed inside a transaction.
    await client.execute('PRAGMA journal_mode=WAL');
    const transaction = await client.transaction('write');
    try {
      await applyPending(transaction, file, migrations);
      await transaction.commit();
    } finally {
      transaction.close();
    }
  } finally {
    client.close();
  }
}

async function applyPending(
  transaction: Transaction,
  file: string,
  migrations: readonly Migration[],
): Promise<void> {
  const present = await schemaVersion(transaction);
  const target = migrations.at(-1)?.version ?? 0;
  if (present > target) throw newerSchema(file, present, target);
  for (const { version, statements } of migrations) {
    if (version <= present) continue;
    for (const statement of statements) await transaction.execute(statement);
    await transaction.execute(`PRAGMA user_version=${version}`);
  }
}

async function schemaVersion(client: Pick<Client, 'execute'>): Promise<number> {
  const { rows } = await client.execute('PRAGMA user_version');
  return Number(rows[0]?.['user_version']);
}

function newerSchema(file: string, present: number, target: number): MillraceError {
  return new MillraceError(
    'RegistryUnavailable',
    `the registry ${file} has schema version ${present}; this millrace knows versions up to ${target}`,
    'it was written by a newer millrace: use that one, or another state directory (MILLRACE_HOME)',
  );
}
