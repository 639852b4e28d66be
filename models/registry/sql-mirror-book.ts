import type { MirrorBook, MirroredItem, MirrorMark } from './mirror-book.js';
import type { RegistryStore } from './store.js';
import {
  deleteMirrorMark,
  findMirroredItem,
  listMirroredItems,
  listWaitingMarks,
  putMirroredItem,
  putMirrorMark,
  refuseMirrorMark,
  selectFirstWaiting,
} from './tables/mirror.js';

/**
 * Batches go one after another, so that of somebody who marks and somebody who clears the last mark
 * one sees the other: nothing waits unseen.
 */
export class SqlMirrorBook implements MirrorBook {
  readonly #store: RegistryStore;

  /** @param durable - whose batches wait for each other, also those of other processes */
  constructor(durable: RegistryStore) {
    this.#store = durable;
  }

  async mark(target: string, subjects: readonly string[]): Promise<boolean> {
    const { db } = this.#store;
    const at = new Date().toISOString();
    const [waiting] = await this.#store.writeBatch(
      selectFirstWaiting(db, target),
      ...subjects.map((subject) => putMirrorMark(db, target, subject, at)),
    );
    return waiting.length === 0;
  }

  marks(target: string, limit: number): Promise<readonly MirrorMark[]> {
    return listWaitingMarks(this.#store.db, target, limit);
  }

  async clear(mark: MirrorMark): Promise<boolean> {
    const { db } = this.#store;
    const [, waiting] = await this.#store.writeBatch(
      deleteMirrorMark(db, mark),
      selectFirstWaiting(db, mark.target),
    );
    return waiting.length > 0;
  }

  async refuse(mark: MirrorMark, reason: string): Promise<boolean> {
    const { db } = this.#store;
    const [, waiting] = await this.#store.writeBatch(
      refuseMirrorMark(db, mark, reason),
      selectFirstWaiting(db, mark.target),
    );
    return waiting.length > 0;
  }

  item(target: string, key: string): Promise<MirroredItem | null> {
    return findMirroredItem(this.#store.db, target, key);
  }

  items(target: string, prefix: string): Promise<ReadonlyMap<string, MirroredItem>> {
    return listMirroredItems(this.#store.db, target, prefix);
  }

  async putItem(target: string, key: string, item: MirroredItem): Promise<void> {
    await this.#store.writeBatch(putMirroredItem(this.#store.db, target, key, item));
  }
}
