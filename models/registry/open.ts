import { existsSync, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { MillraceError } from '../../contracts/index.js';
import { SqlLeaseWriter } from './lease-writer.js';
import type { LeaseWriter, RegistryReader, RegistryWriter } from './ports.js';
import { SqlRegistryReader } from './reader.js';
import { migrate } from './sqlite/migrator.js';
import { openSqliteStore, type RegistryStore } from './store.js';
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
 * Opens the registry to read. The file need not exist: until a writer makes it, everything is
 * empty, and nothing is created.
 *
 * @param file - path of the SQLite file, absolute or from the working directory
 * @throws MillraceError `RegistryUnavailable` when the file is there but cannot be used
 */
export async function openRegistryReader(file: string): Promise<RegistryReader> {
  const path = resolve(file);
  let opening: Promise<RegistryStore> | null = null;
  let closed = false;
  const db = async () => {
    if (closed) throw new MillraceError('Internal', `the reader of the registry ${path} is closed`);
    if (opening === null && !existsSync(path)) return null;
    opening ??= openMigrated(path, { synchronous: 'NORMAL', readOnly: true }).catch((error) => {
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
 * Opens the registry to write, creating file and directory where there are none.
 *
 * @throws MillraceError `RegistryUnavailable` when the file cannot be used
 */
export async function openRegistryWriter(file: string): Promise<RegistryWriter> {
  const path = resolve(file);
  makeDirectory(path);
  const durable = await openMigrated(path, { synchronous: 'FULL', readOnly: false });
  const quick = await openMigrated(path, { synchronous: 'NORMAL', readOnly: false });
  return new SqlRegistryWriter(durable, quick);
}

/**
 * Opens the registry to write a gateway's lease, creating file and directory where there are none.
 *
 * @throws MillraceError `RegistryUnavailable` when the file cannot be used
 */
export async function openLeaseWriter(file: string): Promise<OpenLeaseWriter> {
  const path = resolve(file);
  makeDirectory(path);
  const store = await openMigrated(path, { synchronous: 'NORMAL', readOnly: false });
  const forgotten = new Date(Date.now() - LEASE_FORGOTTEN_MS).toISOString();
  await deleteLeasesBefore(store.db, forgotten).execute();
  return new SqlLeaseWriter(store);
}

async function openMigrated(
  file: string,
  options: { readonly synchronous: 'FULL' | 'NORMAL'; readonly readOnly: boolean },
): Promise<RegistryStore> {
  await migrate(file, TIMEOUT_MS);
  return openSqliteStore(file, { ...options, timeoutMs: TIMEOUT_MS });
}

function makeDirectory(file: string): void {
  const directory = dirname(file);
  try {
    mkdirSync(directory, { recursive: true });
  } catch (error) {
    throw new MillraceError(
      'RegistryUnavailable',
      `the directory ${directory} of the registry cannot be created: ${error instanceof Error ? error.message : error}`,
      'check the rights of the directory above it, or set MILLRACE_HOME to another place',
      { cause: error },
    );
  }
}
