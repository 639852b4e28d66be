import { type Compilable, type CompiledQuery, Kysely } from 'kysely';
import type { RegistryTables } from './schema.js';
import { type ConnectionOptions, SqliteConnection } from './sqlite/connection.js';
import { SqliteConnectionDialect } from './sqlite/dialect.js';

export type RegistryDb = Kysely<RegistryTables>;

type Rows<Queries extends readonly Compilable<unknown>[]> = {
  -readonly [Index in keyof Queries]: Queries[Index] extends Compilable<infer Row> ? Row[] : never;
};

/** Queries of the registry on one connection. Another database is another class of this shape. */
export interface RegistryStore {
  readonly db: RegistryDb;
  /** Runs the queries as one write transaction, all or none; gives the rows of each. */
  writeBatch<const Queries extends readonly Compilable<unknown>[]>(
    ...queries: Queries
  ): Promise<Rows<Queries>>;
  close(): Promise<void>;
}

export function openSqliteStore(file: string, options: ConnectionOptions): RegistryStore {
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
