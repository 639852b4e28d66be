import type { Pin } from '../../../contracts/index.js';
import type { ReadSource } from '../reader.js';
import { listPins } from '../tables/pins.js';
import {
  countStaleEntries,
  findOldestRunUnderWay,
  listRetainedRuns,
  readReferringTexts,
} from '../tables/retained.js';
import type { Retained, RetentionReader } from './ports.js';

export class SqlRetentionReader implements RetentionReader {
  readonly #source: ReadSource;

  constructor(source: ReadSource) {
    this.#source = source;
  }

  async pins(): Promise<readonly Pin[]> {
    const db = await this.#source.db();
    return db === null ? [] : listPins(db);
  }

  async retainedRuns(retained: Retained): Promise<ReadonlySet<string>> {
    const db = await this.#source.db();
    return db === null ? new Set() : listRetainedRuns(db, retained);
  }

  async countStaleEntries(retained: Retained): Promise<number> {
    const db = await this.#source.db();
    return db === null ? 0 : countStaleEntries(db, retained);
  }

  async *referringTexts(retained: Retained): AsyncIterable<string> {
    const db = await this.#source.db();
    if (db !== null) yield* readReferringTexts(db, retained);
  }

  async oldestRunUnderWay(): Promise<string | null> {
    const db = await this.#source.db();
    return db === null ? null : findOldestRunUnderWay(db);
  }
}
