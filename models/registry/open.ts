import { MillraceError } from '../../contracts/index.js';
import { SqlLeaseWriter } from './lease-writer.js';
import { isPostgresUrl } from './place.js';
import type { LeaseWriter, RegistryReader, RegistryWriter } from './ports.js';
import { SqlRegistryReader } from './reader.js';
import { sqliteDatabase } from './sqlite/database.js';
import type { RegistryDatabase, RegistryStore } from './store.js';
import { deleteLeasesBefore } from './tables/leases.js';
import { SqlRegistryWriter } from './writer.js';

/** How long a call waits for the writes of other processes, in ms. */
const TIMEOUT_MS = 10_000;

/** Leases this old are of gateways that were killed, in ms. */
const LEASE_FORGOTTEN_MS = 86_400_000;

/** Of the lease port, with the connection it must give back. */
export interface OpenLeaseWriter extends LeaseWriter {
  close(): Promise<void>;
}

/**
 * Opens the registry to read. It need not exist: until a writer makes it, everything is empty, and
 * nothing is created.
 *
 * @param place - path of an SQLite file, absolute or from the working directory, or the URL of a
 * Postgres database; `registryPlace` says which
 * @throws MillraceError `RegistryUnavailable` when it is there but cannot be used, or the database
 * cannot be reached
 */
export async function openRegistryReader(place: string): Promise<RegistryReader> {
  const database = await databaseAt(place);
  let opening: Promise<RegistryStore> | null = null;
  let closed = false;
  const db = async () => {
    if (closed) {
      throw new MillraceError('Internal', `the reader of the registry ${database.name} is closed`);
    }
    if (opening === null && !(await database.exists())) return null;
    opening ??= database.open('read').catch((error) => {
      // A registry that is mended is found again by the next question.
      opening = null;
      throw error;
    });
    return (await opening).db;
  };
  await db();
  return new SqlRegistryReader({
    db,
    close: async () => {
      closed = true;
      await (await opening)?.close();
    },
  });
}

/**
 * Opens the registry to write, creating it where there is none.
 *
 * @param place - as `openRegistryReader` takes it
 * @throws MillraceError `RegistryUnavailable` when it cannot be used
 */
export async function openRegistryWriter(place: string): Promise<RegistryWriter> {
  const database = await databaseAt(place);
  const durable = await database.open('durable');
  return new SqlRegistryWriter(durable, await database.open('quick'));
}

/**
 * Opens the registry to write a gateway's lease, creating it where there is none.
 *
 * @param place - as `openRegistryReader` takes it
 * @throws MillraceError `RegistryUnavailable` when it cannot be used
 */
export async function openLeaseWriter(place: string): Promise<OpenLeaseWriter> {
  const store = await (await databaseAt(place)).open('quick');
  const forgotten = new Date(Date.now() - LEASE_FORGOTTEN_MS).toISOString();
  await deleteLeasesBefore(store.db, forgotten).execute();
  return new SqlLeaseWriter(store);
}

async function databaseAt(place: string): Promise<RegistryDatabase> {
  if (!isPostgresUrl(place)) return sqliteDatabase(place, TIMEOUT_MS);
  const { postgresDatabase } = await import('./postgres/database.js');
  return postgresDatabase(place, TIMEOUT_MS);
}
