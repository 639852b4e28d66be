import { pathToFileURL } from 'node:url';
import { type Client, createClient, type InValue, type ResultSet } from '@libsql/client';
import { registryError } from './errors.js';

export interface ConnectionOptions {
  /** How long a statement waits for another process's write to end, in ms; it blocks this thread. */
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
  #pragmasHold = false;
  #tail: Promise<unknown> = Promise.resolve();

  private constructor(
    readonly file: string,
    options: ConnectionOptions,
  ) {
    this.#pragmas = `PRAGMA foreign_keys=ON; PRAGMA synchronous=${options.synchronous}; PRAGMA query_only=${options.readOnly ? 'ON' : 'OFF'};`;
    this.#client = createClient({
      url: pathToFileURL(file).href,
      timeout: options.timeoutMs,
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
    const run = async (): Promise<T> => {
      try {
        if (!this.#pragmasHold) {
          await this.#client.executeMultiple(this.#pragmas);
          this.#pragmasHold = true;
        }
        return await work(this.#client);
      } catch (error) {
        this.#pragmasHold = false;
        throw registryError(error, this.file);
      }
    };
    const turn = this.#tail.then(run, run);
    this.#tail = turn;
    return turn;
  }
}

function toLibsql(statement: Statement): { sql: string; args: InValue[] } {
  return { sql: statement.sql, args: [...statement.parameters] as InValue[] };
}
