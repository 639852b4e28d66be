import type { Pin } from '../../../contracts/index.js';
import type { ReadSource } from '../reader.js';
import type { RegistryStore } from '../store.js';
import { deletePin, putPin } from '../tables/pins.js';
import { deleteStaleEntries } from '../tables/retained.js';
import type { Retained, RetentionBook } from './ports.js';
import { SqlRetentionReader } from './reader.js';

export class SqlRetentionBook extends SqlRetentionReader implements RetentionBook {
  readonly #store: RegistryStore;

  constructor(source: ReadSource, store: RegistryStore) {
    super(source);
    this.#store = store;
  }

  async putPin(pin: Pin): Promise<void> {
    await this.#store.writeBatch(putPin(this.#store.db, pin));
  }

  async removePin(subject: string): Promise<void> {
    await this.#store.writeBatch(deletePin(this.#store.db, subject));
  }

  async forgetStaleEntries(retained: Retained): Promise<number> {
    const [rows] = await this.#store.writeBatch(deleteStaleEntries(this.#store.db, retained));
    return rows.length;
  }
}
