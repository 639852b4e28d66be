import { createClient } from 'redis';
import { within } from '../lookup/within.js';
import { NOTE, PUT, REMOVE } from './redis-scripts.js';
import {
  type Materialization,
  type OnlineKey,
  type OnlineRow,
  type OnlineStore,
  readValues,
  valuesText,
} from './store.js';
import { storeError } from './store-error.js';

const PREFIX = 'millrace:features:';
const NOTES = 'millrace:materializations';
/** Begins the key of a table's list of entities, a set. */
const ENTITIES = 'millrace:entities:';
/** No entity: a list with this member has all of them, also those that were there before it. */
const IS_WHOLE = '';
const CONNECT_MS = 2_000;
/**
 * A connection that says nothing for so long is given up: where a network swallows what is sent, the
 * system would wait for a quarter of an hour.
 */
const ANSWER_WITHIN_MS = 10_000;
const ROWS_OF_WRITE = 500;

/**
 * Nobody asks for a row this long after it was written: what it says is older than its `ttl` by then, if
 * requests are of today. History that is served may be of any time, so a week at least.
 */
function goesAtMs({ atMs }: OnlineRow, ttlMs: number | null, nowMs: number): number {
  return ttlMs === null ? 0 : Math.ceil(Math.max(atMs, nowMs) + Math.max(2 * ttlMs, LEAST_KEPT_MS));
}

const LEAST_KEPT_MS = 7 * 86_400_000;

/** The part of the client that is used. */
interface RedisClient {
  readonly isOpen: boolean;
  connect(): Promise<unknown>;
  sendCommand(command: readonly string[]): Promise<unknown>;
  on(event: 'error', handler: (error: Error) => void): unknown;
  destroy(): void;
}

/** @param answerWithinMs - longest that one command may take */
export function openRedisStore(
  url: string,
  name: string,
  answerWithinMs = ANSWER_WITHIN_MS,
): OnlineStore {
  return new RedisStore(url, name, answerWithinMs);
}

/** A single Redis: the keys of one call may be on any slot. */
class RedisStore implements OnlineStore {
  readonly #url: string;
  #client: Promise<RedisClient> | null = null;

  constructor(
    url: string,
    readonly name: string,
    private readonly answerWithinMs: number,
  ) {
    this.#url = url;
  }

  async get(keys: readonly OnlineKey[]): Promise<readonly (OnlineRow | null)[]> {
    if (keys.length === 0) return [];
    const names = keys.map(({ table, entity }) => keyOf(table, entity));
    const answer = (await this.#send(['MGET', ...names])) as readonly (string | null)[];
    return keys.map(({ entity }, index) => {
      const text = answer[index] ?? null;
      if (text === null) return null;
      const space = text.indexOf(' ');
      return {
        entity,
        atMs: Number(text.slice(0, space)),
        values: readValues(text.slice(space + 1)),
      };
    });
  }

  async put(
    table: string,
    rows: readonly OnlineRow[],
    ttlMs: number | null = null,
  ): Promise<number> {
    const nowMs = Date.now();
    let written = 0;
    for (let start = 0; start < rows.length; start += ROWS_OF_WRITE) {
      const part = rows.slice(start, start + ROWS_OF_WRITE);
      const keys = [`${ENTITIES}${table}`, ...part.map(({ entity }) => keyOf(table, entity))];
      const values = part.flatMap((row) => [
        row.entity,
        String(row.atMs),
        `${row.atMs} ${valuesText(row.values)}`,
        String(goesAtMs(row, ttlMs, nowMs)),
      ]);
      const count = await this.#send(['EVAL', PUT, String(keys.length), ...keys, ...values]);
      written += Number(count);
    }
    return written;
  }

  /** Those of its list, which is made of all keys of the database where it is not whole yet. */
  async *entities(table: string): AsyncGenerator<readonly string[]> {
    const list = `${ENTITIES}${table}`;
    if (Number(await this.#send(['SISMEMBER', list, IS_WHOLE])) === 0) await this.#makeList(table);
    for await (const names of this.#scan(['SSCAN', list])) {
      yield names.filter((entity) => entity !== IS_WHOLE);
    }
  }

  async remove(table: string, entities: readonly string[], untilMs: number): Promise<number> {
    let removed = 0;
    for (let start = 0; start < entities.length; start += ROWS_OF_WRITE) {
      const part = entities.slice(start, start + ROWS_OF_WRITE);
      const keys = [`${ENTITIES}${table}`, ...part.map((entity) => keyOf(table, entity))];
      const values = [String(untilMs), ...part];
      const count = await this.#send(['EVAL', REMOVE, String(keys.length), ...keys, ...values]);
      removed += Number(count);
    }
    return removed;
  }

  async note(materialization: Materialization): Promise<void> {
    const { table, untilMs } = materialization;
    await this.#send([
      'EVAL',
      NOTE,
      '1',
      NOTES,
      table,
      String(untilMs),
      JSON.stringify(materialization),
    ]);
  }

  async materializations(): Promise<readonly Materialization[]> {
    const texts = (await this.#send(['HVALS', NOTES])) as readonly string[];
    const notes = texts.map((text) => JSON.parse(text) as Materialization);
    return notes.sort((a, b) => (a.table < b.table ? -1 : 1));
  }

  async close(): Promise<void> {
    const client = await this.#client?.catch(() => null);
    client?.destroy();
    this.#client = null;
  }

  async #makeList(table: string): Promise<void> {
    const list = `${ENTITIES}${table}`;
    const prefix = keyOf(table, '');
    for await (const keys of this.#scan(['SCAN'], 'MATCH', `${PREFIX}*`)) {
      const own = keys.filter((key) => key.startsWith(prefix));
      if (own.length === 0) continue;
      await this.#send(['SADD', list, ...own.map((key) => key.slice(prefix.length))]);
    }
    await this.#send(['SADD', list, IS_WHOLE]);
  }

  /** Pages of some thousand; what is there all the time is on one of them, perhaps on two. */
  async *#scan(
    command: readonly string[],
    ...which: readonly string[]
  ): AsyncGenerator<readonly string[]> {
    let cursor = '0';
    do {
      const answer = await this.#send([...command, cursor, ...which, 'COUNT', '1000']);
      const [next, names] = answer as readonly [string, readonly string[]];
      if (names.length > 0) yield names;
      cursor = next;
    } while (cursor !== '0');
  }

  async #send(command: readonly string[]): Promise<unknown> {
    try {
      this.#client ??= this.#connect();
      const connecting = this.#client;
      const client = await connecting;
      return await within(client.sendCommand(command), this.answerWithinMs, () => {
        // The next command is sent over another connection.
        if (this.#client === connecting) this.#client = null;
        if (client.isOpen) client.destroy();
        return new Error(`no answer within ${this.answerWithinMs} ms`);
      });
    } catch (error) {
      throw storeError(error, this.name);
    }
  }

  async #connect(): Promise<RedisClient> {
    const client = createClient({
      url: this.#url,
      RESP: 2,
      // While the connection is down a call fails at once instead of waiting for it.
      disableOfflineQueue: true,
      socket: {
        connectTimeout: CONNECT_MS,
        reconnectStrategy: (retries) => Math.min(50 * 2 ** retries, 2_000),
      },
    }) as unknown as RedisClient;
    client.on('error', () => undefined);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('it cannot be reached')), CONNECT_MS);
    });
    try {
      await Promise.race([client.connect(), late]);
      return client;
    } catch (error) {
      client.destroy();
      this.#client = null;
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}

function keyOf(table: string, entity: string): string {
  return `${PREFIX}${table}:${entity}`;
}
