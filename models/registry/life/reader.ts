import type { RegistryReader } from '../ports.js';
import type { ReadSource } from '../reader.js';
import type { RegistryDb } from '../store.js';
import { listAliases } from '../tables/aliases.js';
import { listLedger } from '../tables/ledger.js';
import { findRetirement } from '../tables/retirements.js';
import { listStages } from '../tables/stages.js';
import { listTags } from '../tables/tags.js';
import { findVersionState } from '../tables/version-changes.js';
import type { LifeReader } from './ports.js';
import { referencesTo } from './references.js';

export class SqlLifeReader implements LifeReader {
  readonly #source: ReadSource;
  readonly #registry: RegistryReader;

  constructor(source: ReadSource, registry: RegistryReader) {
    this.#source = source;
    this.#registry = registry;
  }

  aliases(model: string) {
    return this.#many((db) => listAliases(db, model));
  }

  tags(model: string) {
    return this.#many((db) => listTags(db, model));
  }

  notes(model: string) {
    return this.#many(async (db) =>
      (await listLedger(db, model)).filter(({ action }) => action === 'noted'),
    );
  }

  stages(model: string) {
    return this.#many((db) => listStages(db, model));
  }

  state(model: string, version: number) {
    return this.#one((db) => findVersionState(db, model, version));
  }

  references(model: string, version: number) {
    return referencesTo(this.#registry, model, version);
  }

  retirement(model: string) {
    return this.#one((db) => findRetirement(db, model));
  }

  async #one<T>(query: (db: RegistryDb) => Promise<T | null>): Promise<T | null> {
    const db = await this.#source.db();
    return db === null ? null : query(db);
  }

  async #many<T>(query: (db: RegistryDb) => Promise<readonly T[]>): Promise<readonly T[]> {
    const db = await this.#source.db();
    return db === null ? [] : query(db);
  }
}
