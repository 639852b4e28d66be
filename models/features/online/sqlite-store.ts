import { dirname, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { type Client, createClient, type InStatement, type ResultSet } from '@libsql/client';
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
/** Rows of one transaction: others get their turn between two. */
const ROWS_OF_WRITE = 2_000;

const SCHEMA = [
  'PRAGMA journal_mode=WAL',
  'PRAGMA synchronous=NORMAL',
  `CREATE TABLE IF NOT EXISTS online_features (
     view TEXT NOT NULL, entity TEXT NOT NULL, at_ms INTEGER NOT NULL, feature_values TEXT NOT NULL,
     PRIMARY KEY (view, entity)
   ) WITHOUT ROWID`,
  `CREATE TABLE IF NOT EXISTS materializations (
     view TEXT PRIMARY KEY, until_ms INTEGER NOT NULL, entities INTEGER NOT NULL,
     finished_at_ms INTEGER NOT NULL
   )`,
].join('; ');

/** One statement whatever is asked: the keys are one parameter. */
const GET = `SELECT k.key AS place, o.at_ms, o.feature_values
  FROM json_each(?) AS k
  JOIN online_features AS o ON o.view = k.value ->> 0 AND o.entity = k.value ->> 1`;

const PUT = `INSERT INTO online_features (view, entity, at_ms, feature_values)
  SELECT ?, value ->> 0, value ->> 1, value ->> 2 FROM json_each(?) WHERE true
  ON CONFLICT (view, entity) DO UPDATE
  SET at_ms = excluded.at_ms, feature_values = excluded.feature_values
  WHERE excluded.at_ms > at_ms
     OR (excluded.at_ms = at_ms AND excluded.feature_values <> feature_values)`;

const NOTE = `INSERT INTO materializations (view, until_ms, entities, finished_at_ms) VALUES (?, ?, ?, ?)
  ON CONFLICT (view) DO UPDATE SET until_ms = excluded.until_ms, entities = excluded.entities,
    finished_at_ms = excluded.finished_at_ms
  WHERE excluded.until_ms >= until_ms`;

export function openSqliteStore(place: string): OnlineStore {
  return new SqliteStore(resolve(place.replace(/^file:(\/\/)?/, '')));
}

/** A file that one process writes and many read: readers never wait for it. */
class SqliteStore implements OnlineStore {
  #client: Promise<Client> | null = null;

  constructor(readonly name: string) {}

  async get(keys: readonly OnlineKey[]): Promise<readonly (OnlineRow | null)[]> {
    const asked = JSON.stringify(keys.map(({ table, entity }) => [table, entity]));
    const { rows } = await this.#run((client) => client.execute({ sql: GET, args: [asked] }));
    const found = new Array<OnlineRow | null>(keys.length).fill(null);
    for (const row of rows) {
      const place = Number(row['place']);
      found[place] = {
        entity: keys[place]?.entity ?? '',
        atMs: Number(row['at_ms']),
        values: readValues(String(row['feature_values'])),
      };
    }
    return found;
  }

  async put(table: string, rows: readonly OnlineRow[]): Promise<number> {
    let written = 0;
    for (let start = 0; start < rows.length; start += ROWS_OF_WRITE) {
      const part = rows.slice(start, start + ROWS_OF_WRITE);
      const list = part.map(({ entity, atMs, values }) => [entity, atMs, valuesText(values)]);
      written += await this.#write({ sql: PUT, args: [table, JSON.stringify(list)] });
    }
    return written;
  }

  async note({ table, untilMs, entities, finishedAtMs }: Materialization): Promise<void> {
    await this.#write({ sql: NOTE, args: [table, untilMs, entities, finishedAtMs] });
  }

  async materializations(): Promise<readonly Materialization[]> {
    const sql = 'SELECT view, until_ms, entities, finished_at_ms FROM materializations ORDER BY 1';
    const { rows } = await this.#run((client) => client.execute(sql));
    return rows.map((row) => ({
      table: String(row['view']),
      untilMs: Number(row['until_ms']),
      entities: Number(row['entities']),
      finishedAtMs: Number(row['finished_at_ms']),
    }));
  }

  async close(): Promise<void> {
    (await this.#client?.catch(() => null))?.close();
    this.#client = null;
  }

  async #write(statement: InStatement): Promise<number> {
    const results = await this.#run((client) => client.batch([statement], 'write'));
    return results[0]?.rowsAffected ?? 0;
  }

  async #run<T extends ResultSet | ResultSet[]>(work: (client: Client) => Promise<T>): Promise<T> {
    const deadline = performance.now() + WRITE_WAIT_MS;
    for (;;) {
      try {
        this.#client ??= this.#connect();
        return await work(await this.#client);
      } catch (error) {
        await this.close();
        if (!isBusy(error) || performance.now() >= deadline) throw storeError(error, this.name);
        // What met a lock has changed nothing.
        await sleep(1 + Math.random() * 9);
      }
    }
  }

  async #connect(): Promise<Client> {
    await makeDirectory(dirname(this.name));
    const client = createClient({
      url: pathToFileURL(this.name).href,
      timeout: BLOCKING_WAIT_MS,
      concurrency: 1,
    });
    await client.executeMultiple(SCHEMA);
    return client;
  }
}

function isBusy(error: unknown): boolean {
  return (
    error instanceof Error && /SQLITE_BUSY|SQLITE_LOCKED|database is locked/.test(error.message)
  );
}
