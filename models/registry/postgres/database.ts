import { type Compilable, type CompiledQuery, Kysely } from 'kysely';
import type { Client, ClientConfig } from 'pg';
import { strictPostgresUrl } from '../../../contracts/index.js';
import { shownPlace } from '../place.js';
import type { RegistryTables } from '../schema.js';
import type { RegistryDatabase, RegistryStore, Rows, StoreUse } from '../store.js';
import { PostgresConnections } from './connections.js';
import { PostgresConnectionsDialect } from './dialect.js';
import { registryError } from './errors.js';
import { hasSchema, migrate } from './migrator.js';

/** Durable batches wait for each other; the others do not. */
const CONNECTIONS: Readonly<Record<StoreUse, number>> = { durable: 2, quick: 4, read: 4 };

const IDLE_MS = 30_000;

type PostgresClient = typeof import('pg')['default'];

/**
 * A registry in a Postgres database, in the first schema of the connection's `search_path`.
 *
 * @param url - `postgres://user:password@host:port/database?…`
 * @param timeoutMs - how long a call waits for a connection, and for the writes of other processes
 */
export async function postgresDatabase(url: string, timeoutMs: number): Promise<RegistryDatabase> {
  // Imported at the top it would be loaded with the bundle of every process that might need it.
  const { default: pg } = await import('pg');
  const name = shownPlace(url);
  const config: ClientConfig = {
    connectionString: strictPostgresUrl(url),
    application_name: 'millrace',
    connectionTimeoutMillis: timeoutMs,
    // Longer than the wait for a lock, which ends first and says what it was.
    query_timeout: 2 * timeoutMs,
    keepAlive: true,
    types: parsers(pg),
  };
  return {
    name,
    exists: () => withClient(pg, config, name, (client) => hasSchema(client, name)),
    async open(use) {
      await withClient(pg, config, name, (client) => migrate(client, name));
      return openStore(pg, config, name, use, timeoutMs);
    },
  };
}

async function withClient<T>(
  pg: PostgresClient,
  config: ClientConfig,
  name: string,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  let client: Client | null = null;
  try {
    client = new pg.Client(config);
    // What breaks while nobody asks anything is told by the next question.
    client.on('error', () => undefined);
    await client.connect();
    return await work(client);
  } catch (error) {
    throw registryError(error, name);
  } finally {
    await client?.end().catch(() => undefined);
  }
}

function openStore(
  pg: PostgresClient,
  config: ClientConfig,
  name: string,
  use: StoreUse,
  timeoutMs: number,
): RegistryStore {
  const pool = new pg.Pool({ ...config, max: CONNECTIONS[use], idleTimeoutMillis: IDLE_MS });
  pool.on('error', () => undefined);
  if (use === 'read') {
    pool.on('connect', (client) => {
      client.query('SET default_transaction_read_only = on').catch(() => undefined);
    });
  }
  const connections = new PostgresConnections(pool, name, use, timeoutMs);
  const db = new Kysely<RegistryTables>({ dialect: new PostgresConnectionsDialect(connections) });
  return {
    db,
    async writeBatch<const Queries extends readonly Compilable<unknown>[]>(...queries: Queries) {
      const statements = queries.map((query): CompiledQuery => query.compile());
      const results = await connections.writeBatch(statements);
      // Each result holds the rows of the query at its place.
      return results.map(({ rows }) => rows) as unknown as Rows<Queries>;
    },
    close: async () => {
      await db.destroy();
      await connections.close();
    },
  };
}

/** 64-bit integers come as numbers: row counts and `seq`, both far below 2^53. */
function parsers({ types }: PostgresClient): NonNullable<ClientConfig['types']> {
  return {
    getTypeParser: (oid: number, format?: 'text' | 'binary') =>
      oid === types.builtins.INT8 ? Number : types.getTypeParser(oid, format),
  } as NonNullable<ClientConfig['types']>;
}
