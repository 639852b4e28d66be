import { type LedgerEntry, MillraceError, type Retirement } from '../../../contracts/index.js';
import { isConstraintViolation } from '../errors.js';
import type { RegistryReader } from '../ports.js';
import type { ReadSource } from '../reader.js';
import type { RegistryStore } from '../store.js';
import { insertAliasLine, moveAlias, selectAliasRow } from '../tables/aliases.js';
import { findKeptFiles } from '../tables/kept-files.js';
import { findLedgerLine, insertLedgerEntry, selectLedgerKey } from '../tables/ledger.js';
import { putRetirement } from '../tables/retirements.js';
import { putTag } from '../tables/tags.js';
import { changeVersion, insertChangeLine } from '../tables/version-changes.js';
import type { LifeBook, NamedAliasMove, VersionChange } from './ports.js';
import { SqlLifeReader } from './reader.js';

export class SqlLifeBook extends SqlLifeReader implements LifeBook {
  readonly #store: RegistryStore;

  constructor(source: ReadSource, registry: RegistryReader, store: RegistryStore) {
    super(source, registry);
    this.#store = store;
  }

  line(model: string, key: string): Promise<LedgerEntry | null> {
    return findLedgerLine(this.#store.db, model, key);
  }

  async change(change: VersionChange): Promise<boolean> {
    const { db } = this.#store;
    const [, , [line]] = await this.#store.writeBatch(
      insertChangeLine(db, change),
      changeVersion(db, change),
      selectLedgerKey(db, change.model, change.ledger.key),
    );
    return line !== undefined;
  }

  async aliasNumber(model: string, alias: string): Promise<number> {
    const row = await selectAliasRow(this.#store.db, model, alias).executeTakeFirst();
    return row?.transition ?? 0;
  }

  async moveAlias(move: NamedAliasMove): Promise<boolean> {
    const { db } = this.#store;
    const step = { ...move, transition: null, sinceAsOf: move.ledger.asOf };
    const [, , [line]] = await this.#store
      .writeBatch(
        insertAliasLine(db, step),
        moveAlias(db, step),
        selectLedgerKey(db, move.model, move.ledger.key),
      )
      .catch((error: unknown) => {
        if (!isConstraintViolation(error)) throw error;
        throw new MillraceError(
          'NotFound',
          `model ${move.model} has no version ${move.version}`,
          `list its versions with \`millrace models show ${move.model}\``,
          { cause: error },
        );
      });
    return line !== undefined;
  }

  async putTags(
    version: number | null,
    tags: { readonly [tag: string]: string | null },
    ledger: LedgerEntry,
  ): Promise<void> {
    const { db } = this.#store;
    await this.#store.writeBatch(
      ...Object.entries(tags).map(([tag, value]) => putTag(db, version, tag, value, ledger)),
      insertLedgerEntry(db, ledger),
    );
  }

  async putRetirement(retirement: Retirement, ledger: LedgerEntry): Promise<void> {
    const { db } = this.#store;
    await this.#store.writeBatch(putRetirement(db, retirement), insertLedgerEntry(db, ledger));
  }

  keptFiles(model: string, version: number, runId: string, digests: readonly string[]) {
    return findKeptFiles(this.#store.db, { model, version, runId }, digests);
  }
}
