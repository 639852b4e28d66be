import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { MillraceError } from '../../../contracts/index.js';
import type { SqliteConnection } from './connection.js';

/**
 * Kysely over one {@link SqliteConnection}. Interactive transactions are refused: between their
 * statements another process would wait for this one's event loop.
 */
export class SqliteConnectionDialect implements Dialect {
  readonly #connection: SqliteConnection;

  constructor(connection: SqliteConnection) {
    this.#connection = connection;
  }

  createDriver(): Driver {
    return new ConnectionDriver(this.#connection);
  }

  createQueryCompiler(): SqliteQueryCompiler {
    return new SqliteQueryCompiler();
  }

  createAdapter(): SqliteAdapter {
    return new SqliteAdapter();
  }

  createIntrospector(db: Kysely<unknown>): SqliteIntrospector {
    return new SqliteIntrospector(db);
  }
}

class ConnectionDriver implements Driver {
  readonly #connection: DatabaseConnection;

  constructor(connection: SqliteConnection) {
    this.#connection = {
      async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
        const result = await connection.execute(query);
        return {
          rows: result.rows as unknown as R[],
          numAffectedRows: BigInt(result.rowsAffected),
        };
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

  /** The connection belongs to whoever opened it. */
  async destroy(): Promise<void> {}
}
