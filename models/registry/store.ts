import type { Compilable, Kysely } from 'kysely';
import type { RegistryTables } from './schema.js';

export type RegistryDb = Kysely<RegistryTables>;

export type Rows<Queries extends readonly Compilable<unknown>[]> = {
  -readonly [Index in keyof Queries]: Queries[Index] extends Compilable<infer Row> ? Row[] : never;
};

/** Queries of the registry on one database. */
export interface RegistryStore {
  readonly db: RegistryDb;
  /** Runs the queries as one write transaction, all or none; gives the rows of each. */
  writeBatch<const Queries extends readonly Compilable<unknown>[]>(
    ...queries: Queries
  ): Promise<Rows<Queries>>;
  close(): Promise<void>;
}

/**
 * What a store is opened for. A `durable` write survives a power cut once it is acknowledged; of
 * `quick` ones a power cut may take the newest, and the registry stays sound.
 */
export type StoreUse = 'durable' | 'quick' | 'read';

/** A place where a registry is or will be. */
export interface RegistryDatabase {
  /** For people: without a password. */
  readonly name: string;
  /** Whether anybody has made a registry here. */
  exists(): Promise<boolean>;
  /** Brings it to the schema of this code, creating it where there is none, and opens it. */
  open(use: StoreUse): Promise<RegistryStore>;
}
