import { existsSync, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Compilable, type CompiledQuery, Kysely } from 'kysely';
import { MillraceError } from '../../../contracts/index.js';
import type { RegistryTables } from '../schema.js';
import type { RegistryDatabase, RegistryStore, Rows, StoreUse } from '../store.js';
import { type ConnectionOptions, SqliteConnection } from './connection.js';
import { SqliteConnectionDialect } from './dialect.js';
import { migrate } from './migrator.js';

/**
 * A registry in a file.
 *
 * @param file - absolute or from the working directory
 * @param timeoutMs - how long a call waits for the writes of other processes
 */
export function sqliteDatabase(file: string, timeoutMs: number): RegistryDatabase {
  const path = resolve(file);
  return {
    name: path,
    exists: async () => existsSync(path),
    async open(use: StoreUse) {
      const readOnly = use === 'read';
      if (!readOnly) makeDirectory(path);
      await migrate(path, timeoutMs);
      const synchronous = use === 'durable' ? 'FULL' : 'NORMAL';
      return openStore(path, { synchronous, readOnly, timeoutMs });
    },
  };
}

function openStore(file: string, options: ConnectionOptions): RegistryStore {
  const connection = SqliteConnection.open(file, options);
  const db = new Kysely<RegistryTables>({ dialect: new SqliteConnectionDialect(connection) });
  return {
    db,
    async writeBatch<const Queries extends readonly Compilable<unknown>[]>(...queries: Queries) {
      const statements = queries.map((query): CompiledQuery => query.compile());
      const results = await connection.writeBatch(statements);
      // Each result holds the rows of the query at its place.
      return results.map((result) => result.rows) as unknown as Rows<Queries>;
    },
    // Kysely ends its driver only where a query was made.
    close: async () => {
      await db.destroy();
      await connection.close();
    },
  };
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
