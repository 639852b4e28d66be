import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { type Client, createClient, type InValue, type ResultSet } from '@libsql/client/sqlite3';
import { isBusy, registryError } from './errors.js';

/**
 * SQLite waits for a lock on the calling thread, which also answers predictions and heartbeats. So
 * it waits this long at a time, in ms; between two such waits the event loop goes on.
 */
export const BLOCKING_WAIT_MS = 50;

export interface ConnectionOptions {
  /** How long a call waits in all for the writes of other processes to end, in ms. */
  readonly timeoutMs: number;
  /**
   * `FULL`: a committed write survives a power cut. `NORMAL`: it survives the death of the process,
   * a power cut may take the newest ones, and the file stays sound.
   */
  readonly synchronous: 'FULL' | 'NORMAL';
  readonly readOnly: boolean;
}

export interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/**
 * One SQLite connection, with pragmas that hold for every statement.
 *
 * The client keeps a pool and drops a connection that cannot roll back; its replacement would have
 * SQLite's defaults. So the pool is held to one connection, calls go one after the other, and after
 * any error the pragmas are set again before the next statement.
 */
export class SqliteConnection {
  readonly #client: Client;
  readonly #pragmas: string;
  readonly #timeoutMs: number;
  #pragmasHold = false;
  #tail: Promise<unknown> = Promise.resolve();

  private constructor(
    readonly file: string,
    options: ConnectionOptions,
  ) {
    this.#pragmas = `PRAGMA foreign_keys=ON; PRAGMA synchronous=${options.synchronous}; PRAGMA query_only=${options.readOnly ? 'ON' : 'OFF'};`;
    this.#timeoutMs = options.timeoutMs;
    this.#client = createClient({
      url: pathToFileURL(file).href,
      timeout: BLOCKING_WAIT_MS,
      concurrency: 1,
    });
  }

  /** @throws MillraceError `RegistryUnavailable` when the file cannot be opened */
  static open(file: string, options: ConnectionOptions): SqliteConnection {
    try {
      return new SqliteConnection(file, options);
    } catch (error) {
      throw registryError(error, file);
    }
  }

  execute(statement: Statement): Promise<ResultSet> {
    return this.#inTurn((client) => client.execute(toLibsql(statement)));
  }

  /** Runs the statements as one immediate transaction: all of them or none. */
  writeBatch(statements: readonly Statement[]): Promise<ResultSet[]> {
    return this.#inTurn((client) => client.batch(statements.map(toLibsql), 'write'));
  }

  async close(): Promise<void> {
    await this.#tail.catch(() => undefined);
    this.#client.close();
  }

  #inTurn<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const run = () => this.#waitingForLocks(work);
    const turn = this.#tail.then(run, run);
    this.#tail = turn;
    return turn;
  }

  async #waitingForLocks<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const deadline = performance.now() + this.#timeoutMs;
    for (;;) {
      try {
        if (!this.#pragmasHold) {
          await this.#client.executeMultiple(this.#pragmas);
          this.#pragmasHold = true;
        }
        return await work(this.#client);
      } catch (error) {
        this.#pragmasHold = false;
        if (!isBusy(error)) throw registryError(error, this.file);
        // libsql does not reset a statement that met a lock: until it is collected its connection
        // keeps an old snapshot, and every later write on it would be refused.
        await this.#client.reconnect();
        if (performance.now() >= deadline) throw registryError(error, this.file);
        // What met a lock has changed nothing, so it may be tried again.
        await sleep(1 + Math.random() * 9);
      }
    }
  }
}

function toLibsql(statement: Statement): { sql: string; args: InValue[] } {
  return { sql: statement.sql, args: [...statement.parameters] as InValue[] };
}
