import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';
import type { StoreUse } from '../store.js';
import { isConnectionLost, registryError } from './errors.js';
import { LOCK } from './migrator.js';

export interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

export interface StatementResult {
  readonly rows: readonly unknown[];
  readonly rowCount: number;
}

/**
 * The connections of one store.
 *
 * Durable batches of all processes go one after the other, as writes to a file do: each holds an
 * advisory lock of the schema until it is committed, so that what it reads of numbers and states
 * stands until it has written. A connection that the server lost while nothing was committed on it is
 * replaced once, so that a restart of the server costs an idle process nothing.
 */
export class PostgresConnections {
  readonly #pool: Pool;
  readonly #name: string;
  readonly #begin: string;

  constructor(pool: Pool, name: string, use: StoreUse, timeoutMs: number) {
    this.#pool = pool;
    this.#name = name;
    const durable = use === 'durable';
    this.#begin = [
      'BEGIN',
      `SET LOCAL lock_timeout = ${timeoutMs}`,
      `SET LOCAL synchronous_commit = ${durable ? 'on' : 'off'}`,
      ...(durable
        ? [`SELECT pg_advisory_xact_lock(${LOCK.writer}, hashtext(current_schema()))`]
        : []),
    ].join('; ');
  }

  execute(statement: Statement): Promise<StatementResult> {
    return this.#connected((client) => run(client, statement));
  }

  /** Runs the statements as one transaction: all of them or none. */
  writeBatch(statements: readonly Statement[]): Promise<readonly StatementResult[]> {
    return this.#connected(async (client) => {
      try {
        await client.query(this.#begin);
        const results: StatementResult[] = [];
        for (const statement of statements) results.push(await run(client, statement));
        await client.query('COMMIT');
        return results;
      } catch (error) {
        // A connection that is broken rolls back by itself.
        await client.query('ROLLBACK').catch(() => undefined);
        throw error;
      }
    });
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  async #connected<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    try {
      return await this.#once(work);
    } catch (error) {
      // Every write has a business key, so that one whose commit was not answered may come again.
      if (!isConnectionLost(error)) throw registryError(error, this.#name);
      await sleep(50);
      return await this.#once(work).catch((again: unknown) => {
        throw registryError(again, this.#name);
      });
    }
  }

  async #once<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    try {
      const result = await work(client);
      client.release();
      return result;
    } catch (error) {
      client.release(isConnectionLost(error));
      throw error;
    }
  }
}

async function run(client: PoolClient, { sql, parameters }: Statement): Promise<StatementResult> {
  const { rows, rowCount } = await client.query(sql, parameters.map(toParameter));
  return { rows, rowCount: rowCount ?? 0 };
}

/** A text of Postgres holds no NUL: the replacement character stands for it. */
function toParameter(value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll('\0', '\uFFFD') : value;
}
