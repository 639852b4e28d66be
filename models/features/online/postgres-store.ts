import pg from 'pg';
import { strictPostgresUrl } from '../../../contracts/index.js';
import {
  type Materialization,
  type OnlineKey,
  type OnlineRow,
  type OnlineStore,
  readValues,
  valuesText,
} from './store.js';
import { storeError } from './store-error.js';

const CONNECT_MS = 2_000;
/** A connection that says nothing for so long is given up. */
const ANSWER_WITHIN_MS = 30_000;
const MOST_CONNECTIONS = 4;
const ROWS_OF_WRITE = 2_000;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS millrace_online_features (
    view text NOT NULL, entity text NOT NULL, at_ms bigint NOT NULL, feature_values text NOT NULL,
    PRIMARY KEY (view, entity)
  );
  CREATE TABLE IF NOT EXISTS millrace_materializations (
    view text PRIMARY KEY, until_ms bigint NOT NULL, entities bigint NOT NULL,
    finished_at_ms bigint NOT NULL
  )`;

/** Prepared once a connection, by its name. */
const GET = {
  name: 'millrace-online-get',
  text: `SELECT k.place::int - 1 AS place, o.at_ms, o.feature_values
    FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS k(view, entity, place)
    JOIN millrace_online_features AS o USING (view, entity)`,
} as const;

const PUT = {
  name: 'millrace-online-put',
  text: `INSERT INTO millrace_online_features AS o (view, entity, at_ms, feature_values)
    SELECT $1, * FROM unnest($2::text[], $3::bigint[], $4::text[])
    ON CONFLICT (view, entity) DO UPDATE
    SET at_ms = excluded.at_ms, feature_values = excluded.feature_values
    WHERE excluded.at_ms > o.at_ms
       OR (excluded.at_ms = o.at_ms AND excluded.feature_values <> o.feature_values)`,
} as const;

const ENTITIES = {
  name: 'millrace-online-entities',
  text: `SELECT entity FROM millrace_online_features
    WHERE view = $1 AND entity > $2 ORDER BY entity LIMIT ${ROWS_OF_WRITE}`,
} as const;

/** Locked in one order first, as rows are written. */
const REMOVE = {
  name: 'millrace-online-remove',
  text: `WITH gone AS (
      SELECT view, entity FROM millrace_online_features
      WHERE view = $1 AND at_ms <= $2 AND entity = ANY($3::text[])
      ORDER BY entity COLLATE "C" FOR UPDATE
    )
    DELETE FROM millrace_online_features AS o USING gone
    WHERE o.view = gone.view AND o.entity = gone.entity`,
} as const;

const NOTE = `INSERT INTO millrace_materializations AS m VALUES ($1, $2, $3, $4)
  ON CONFLICT (view) DO UPDATE SET until_ms = excluded.until_ms, entities = excluded.entities,
    finished_at_ms = excluded.finished_at_ms
  WHERE excluded.until_ms >= m.until_ms`;

/** @param answerWithinMs - longest that one statement may take */
export function openPostgresStore(
  url: string,
  name: string,
  answerWithinMs = ANSWER_WITHIN_MS,
): OnlineStore {
  return new PostgresStore(url, name, answerWithinMs);
}

class PostgresStore implements OnlineStore {
  readonly #pool: pg.Pool;
  #ready: Promise<unknown> | null = null;

  constructor(
    url: string,
    readonly name: string,
    answerWithinMs: number,
  ) {
    this.#pool = new pg.Pool({
      connectionString: strictPostgresUrl(url),
      max: MOST_CONNECTIONS,
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: answerWithinMs,
      keepAlive: true,
    });
    // A connection that the server ended while it was idle: the next call makes another.
    this.#pool.on('error', () => undefined);
  }

  async get(keys: readonly OnlineKey[]): Promise<readonly (OnlineRow | null)[]> {
    const values = [keys.map(({ table }) => table), keys.map(({ entity }) => plain(entity))];
    const { rows } = await this.#query<Found>({ ...GET, values });
    const found = new Array<OnlineRow | null>(keys.length).fill(null);
    for (const { place, at_ms, feature_values } of rows) {
      const entity = keys[place]?.entity ?? '';
      found[place] = { entity, atMs: Number(at_ms), values: readValues(feature_values) };
    }
    return found;
  }

  async put(table: string, rows: readonly OnlineRow[]): Promise<number> {
    let written = 0;
    for (let start = 0; start < rows.length; start += ROWS_OF_WRITE) {
      const part = [...rows.slice(start, start + ROWS_OF_WRITE)];
      // In one order, so that two writers do not wait for each other in a circle.
      part.sort((a, b) => (a.entity < b.entity ? -1 : 1));
      const columns = [
        part.map(({ entity }) => plain(entity)),
        part.map(({ atMs }) => atMs),
        part.map((row) => plain(valuesText(row.values))),
      ];
      const { rowCount } = await this.#query({ ...PUT, values: [table, ...columns] });
      written += rowCount ?? 0;
    }
    return written;
  }

  async *entities(table: string): AsyncGenerator<readonly string[]> {
    let after = '';
    for (;;) {
      const { rows } = await this.#query<Listed>({ ...ENTITIES, values: [table, after] });
      if (rows.length === 0) return;
      yield rows.map(({ entity }) => entity);
      after = rows.at(-1)?.entity ?? after;
    }
  }

  async remove(table: string, entities: readonly string[], untilMs: number): Promise<number> {
    let removed = 0;
    for (let start = 0; start < entities.length; start += ROWS_OF_WRITE) {
      const part = entities.slice(start, start + ROWS_OF_WRITE);
      const { rowCount } = await this.#query({ ...REMOVE, values: [table, untilMs, part] });
      removed += rowCount ?? 0;
    }
    return removed;
  }

  async note({ table, untilMs, entities, finishedAtMs }: Materialization): Promise<void> {
    await this.#query({ text: NOTE, values: [table, untilMs, entities, finishedAtMs] });
  }

  async materializations(): Promise<readonly Materialization[]> {
    const { rows } = await this.#query<Noted>({
      text: 'SELECT * FROM millrace_materializations ORDER BY view',
    });
    return rows.map((row) => ({
      table: row.view,
      untilMs: Number(row.until_ms),
      entities: Number(row.entities),
      finishedAtMs: Number(row.finished_at_ms),
    }));
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  async #query<Row extends pg.QueryResultRow>(query: pg.QueryConfig): Promise<pg.QueryResult<Row>> {
    try {
      this.#ready ??= this.#createTables();
      await this.#ready;
      return await this.#pool.query<Row>(query);
    } catch (error) {
      throw storeError(error, this.name);
    }
  }

  async #createTables(): Promise<void> {
    try {
      await this.#pool.query(SCHEMA);
    } catch (error) {
      this.#ready = null;
      // Two that make the same table at once: the other one has made it.
      if (!/already exists|duplicate key/.test(String(error))) throw error;
    }
  }
}

interface Found {
  readonly place: number;
  readonly at_ms: string;
  readonly feature_values: string;
}

interface Listed {
  readonly entity: string;
}

interface Noted {
  readonly view: string;
  readonly until_ms: string;
  readonly entities: string;
  readonly finished_at_ms: string;
}

/** A text of Postgres holds no NUL: the replacement character stands for it. */
function plain(text: string): string {
  return text.replaceAll('\0', '\uFFFD');
}
