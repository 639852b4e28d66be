import { dirname, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'libsql';
import { makeDirectory } from '../../../storage/durable-file.js';
import {
  type Materialization,
  type OnlineKey,
  type OnlineRow,
  type OnlineStore,
  readValues,
  valuesText,
} from './store.js';
import { storeError } from './store-error.js';

/** SQLite waits for a lock on the calling thread, so it waits so long at a time, in ms. */
const BLOCKING_WAIT_MS = 20;
/** How long a write waits in all for those of other processes. */
const WRITE_WAIT_MS = 10_000;
/** Rows of one statement: others get their turn between two. */
const ROWS_OF_WRITE = 2_000;

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS online_features (
    view TEXT NOT NULL, entity TEXT NOT NULL, at_ms INTEGER NOT NULL, feature_values TEXT NOT NULL,
    PRIMARY KEY (view, entity)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS materializations (
    view TEXT PRIMARY KEY, until_ms INTEGER NOT NULL, entities INTEGER NOT NULL,
    finished_at_ms INTEGER NOT NULL
  );`;

/**
 * One statement whatever is asked: the keys are one parameter. The view stands in each of them, since
 * SQLite would look through all rows of a view that is a parameter of its own.
 */
const GET = `SELECT k.key, o.at_ms, o.feature_values
  FROM json_each(?) AS k
  JOIN online_features AS o ON o.view = k.value ->> 0 AND o.entity = k.value ->> 1`;

const PUT = `INSERT INTO online_features (view, entity, at_ms, feature_values)
  SELECT ?, value ->> 0, value ->> 1, value ->> 2 FROM json_each(?) WHERE true
  ON CONFLICT (view, entity) DO UPDATE
  SET at_ms = excluded.at_ms, feature_values = excluded.feature_values
  WHERE excluded.at_ms > at_ms
     OR (excluded.at_ms = at_ms AND excluded.feature_values <> feature_values)`;

const ENTITIES = `SELECT entity FROM online_features
  WHERE view = ? AND entity > ? ORDER BY entity LIMIT ${ROWS_OF_WRITE}`;

const REMOVE = `DELETE FROM online_features
  WHERE view = ? AND at_ms <= ? AND entity IN (SELECT value FROM json_each(?))`;

const NOTE = `INSERT INTO materializations (view, until_ms, entities, finished_at_ms)
  VALUES (?, ?, ?, ?)
  ON CONFLICT (view) DO UPDATE SET until_ms = excluded.until_ms, entities = excluded.entities,
    finished_at_ms = excluded.finished_at_ms
  WHERE excluded.until_ms >= until_ms`;

const NOTES = 'SELECT view, until_ms, entities, finished_at_ms FROM materializations ORDER BY 1';

export function openSqliteStore(place: string): OnlineStore {
  return new SqliteStore(resolve(place.replace(/^file:(\/\/)?/, '')));
}

type Row = readonly (string | number)[];

/** A connection with its statements, which are compiled once. */
interface Connection {
  readonly database: Database.Database;
  readonly get: Database.Statement;
  readonly put: Database.Statement;
  readonly entities: Database.Statement;
  readonly remove: Database.Statement;
  readonly note: Database.Statement;
  readonly notes: Database.Statement;
}

/** A file that one process writes and many read: readers never wait for it. */
class SqliteStore implements OnlineStore {
  #connection: Promise<Connection> | null = null;

  constructor(readonly name: string) {}

  async get(keys: readonly OnlineKey[]): Promise<readonly (OnlineRow | null)[]> {
    const asked = JSON.stringify(keys.map(({ table, entity }) => [table, entity]));
    const rows = await this.#run(({ get }) => get.all(asked) as readonly Row[]);
    const found = new Array<OnlineRow | null>(keys.length).fill(null);
    for (const [key, atMs, values] of rows) {
      const place = Number(key);
      const entity = keys[place]?.entity ?? '';
      found[place] = { entity, atMs: Number(atMs), values: readValues(String(values)) };
    }
    return found;
  }

  async put(table: string, rows: readonly OnlineRow[]): Promise<number> {
    let written = 0;
    for (let start = 0; start < rows.length; start += ROWS_OF_WRITE) {
      const part = rows.slice(start, start + ROWS_OF_WRITE);
      const list = JSON.stringify(
        part.map(({ entity, atMs, values }) => [entity, atMs, valuesText(values)]),
      );
      written += await this.#run(({ put }) => put.run(table, list).changes);
    }
    return written;
  }

  async *entities(table: string): AsyncGenerator<readonly string[]> {
    let after = '';
    for (;;) {
      const from = after;
      const rows = await this.#run(({ entities }) => entities.all(table, from) as readonly Row[]);
      const page = rows.map(([entity]) => String(entity));
      if (page.length === 0) return;
      yield page;
      after = page.at(-1) ?? after;
    }
  }

  async remove(table: string, entities: readonly string[], untilMs: number): Promise<number> {
    let removed = 0;
    for (let start = 0; start < entities.length; start += ROWS_OF_WRITE) {
      const list = JSON.stringify(entities.slice(start, start + ROWS_OF_WRITE));
      removed += await this.#run(({ remove }) => remove.run(table, untilMs, list).changes);
    }
    return removed;
  }

  async note({ table, untilMs, entities, finishedAtMs }: Materialization): Promise<void> {
    await this.#run(({ note }) => note.run(table, untilMs, entities, finishedAtMs));
  }

  async materializations(): Promise<readonly Materialization[]> {
    const rows = await this.#run(({ notes }) => notes.all() as readonly Row[]);
    return rows.map(([table, untilMs, entities, finishedAtMs]) => ({
      table: String(table),
      untilMs: Number(untilMs),
      entities: Number(entities),
      finishedAtMs: Number(finishedAtMs),
    }));
  }

  async close(): Promise<void> {
    const connection = this.#connection;
    this.#connection = null;
    (await connection?.catch(() => null))?.database.close();
  }

  async #run<T>(work: (connection: Connection) => T): Promise<T> {
    const deadline = performance.now() + WRITE_WAIT_MS;
    for (;;) {
      try {
        this.#connection ??= this.#connect();
        return work(await this.#connection);
      } catch (error) {
        // A statement that met a lock keeps its connection at an old snapshot.
        await this.close();
        if (!isBusy(error) || performance.now() >= deadline) throw storeError(error, this.name);
        // What met a lock has changed nothing.
        await sleep(1 + Math.random() * 9);
      }
    }
  }

  async #connect(): Promise<Connection> {
    await makeDirectory(dirname(this.name));
    const database = new Database(this.name, { timeout: BLOCKING_WAIT_MS });
    try {
      database.exec(SCHEMA);
      return {
        database,
        get: database.prepare(GET).raw(),
        put: database.prepare(PUT),
        entities: database.prepare(ENTITIES).raw(),
        remove: database.prepare(REMOVE),
        note: database.prepare(NOTE),
        notes: database.prepare(NOTES).raw(),
      };
    } catch (error) {
      database.close();
      throw error;
    }
  }
}

function isBusy(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return /SQLITE_BUSY|SQLITE_LOCKED|database is locked/.test(
    `${'code' in error ? error.code : ''} ${error.message}`,
  );
}
