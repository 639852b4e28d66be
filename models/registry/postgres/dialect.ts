import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely';
import { MillraceError } from '../../../contracts/index.js';
import type { PostgresConnections } from './connections.js';

/**
 * Kysely over the connections of one store. Interactive transactions are refused, as they are on
 * SQLite: what belongs together is one batch.
 */
export class PostgresConnectionsDialect implements Dialect {
  readonly #connections: PostgresConnections;

  constructor(connections: PostgresConnections) {
    this.#connections = connections;
  }

  createDriver(): Driver {
    return new ConnectionsDriver(this.#connections);
  }

  createQueryCompiler(): PostgresQueryCompiler {
    return new PostgresQueryCompiler();
  }

  createAdapter(): PostgresAdapter {
    return new PostgresAdapter();
  }

  createIntrospector(db: Kysely<unknown>): PostgresIntrospector {
    return new PostgresIntrospector(db);
  }
}

class ConnectionsDriver implements Driver {
  readonly #connection: DatabaseConnection;

  constructor(connections: PostgresConnections) {
    this.#connection = {
      async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
        const { rows, rowCount } = await connections.execute(query);
        return { rows: rows as R[], numAffectedRows: BigInt(rowCount) };
      },
      streamQuery(): never {
        throw new MillraceError('Internal', 'the registry does not stream query results');
      },
    };
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection;
  }

  async beginTransaction(): Promise<void> {
    throw new MillraceError('Internal', 'the registry writes in batches, not in transactions');
  }

  async commitTransaction(): Promise<void> {}

  async rollbackTransaction(): Promise<void> {}

  async releaseConnection(): Promise<void> {}

  /** The connections belong to whoever opened them. */
  async destroy(): Promise<void> {}
}
