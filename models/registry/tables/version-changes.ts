import type { Compilable } from 'kysely';
import type { VersionChange, VersionState } from '../life/ports.js';
import type { RegistryDb } from '../store.js';
import { ledgerRow } from './ledger.js';

export async function findVersionState(
  db: RegistryDb,
  model: string,
  version: number,
): Promise<VersionState | null> {
  const row = await db
    .selectFrom('versions')
    .select(['status', 'approval', 'revision'])
    .where('model', '=', model)
    .where('version', '=', version)
    .executeTakeFirst();
  return row ?? null;
}

/** Writes the ledger line, but only while the version stands as it was seen. */
export function insertChangeLine(db: RegistryDb, change: VersionChange): Compilable<unknown> {
  const { model, version } = change;
  const row = ledgerRow(change.ledger, null);
  const columns = Object.keys(row) as (keyof typeof row)[];
  return db
    .insertInto('ledger')
    .columns(columns)
    .expression((eb) => {
      const seen = eb
        .selectFrom('versions')
        .select((given) => columns.map((column) => given.val(row[column]).as(column)))
        .where('model', '=', model)
        .where('version', '=', version)
        .where('revision', '=', change.revision);
      if (!change.unlessAliased) return seen;
      return seen.where((guard) =>
        guard.not(
          guard.exists(
            guard
              .selectFrom('aliases')
              .select('alias')
              .where('aliases.model', '=', model)
              .where('aliases.version', '=', version),
          ),
        ),
      );
    })
    .onConflict((conflict) => conflict.columns(['model', 'entry_key']).doNothing());
}

/** Changes the version by one revision, and only with the line that says so. */
export function changeVersion(db: RegistryDb, change: VersionChange): Compilable<unknown> {
  const { model, version, revision, status, approval, ledger } = change;
  return db
    .updateTable('versions')
    .set({ status, approval, revision: revision + 1 })
    .where('model', '=', model)
    .where('version', '=', version)
    .where('revision', '=', revision)
    .where((guard) =>
      guard.exists(
        guard
          .selectFrom('ledger')
          .select('entry_key')
          .where('ledger.model', '=', model)
          .where('ledger.entry_key', '=', ledger.key),
      ),
    );
}
