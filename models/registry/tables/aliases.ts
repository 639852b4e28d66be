import type { Compilable, Selectable } from 'kysely';
import type { AliasRecord } from '../../../contracts/index.js';
import type { Transition } from '../ports.js';
import type { AliasTable } from '../schema.js';
import type { RegistryDb } from '../store.js';
import { ledgerRow } from './ledger.js';

export async function findChampion(db: RegistryDb, model: string): Promise<AliasRecord | null> {
  const row = await selectChampionRow(db, model).executeTakeFirst();
  return row === undefined ? null : toAlias(row);
}

export async function listChampions(db: RegistryDb): Promise<readonly AliasRecord[]> {
  const rows = await db
    .selectFrom('aliases')
    .selectAll()
    .where('alias', '=', 'champion')
    .where('version', 'is not', null)
    .orderBy('model')
    .execute();
  return rows.map(toAlias).filter((alias) => alias !== null);
}

/** The row also stands where the alias was taken away. */
export function selectChampionRow(db: RegistryDb, model: string) {
  return db
    .selectFrom('aliases')
    .selectAll()
    .where('model', '=', model)
    .where('alias', '=', 'champion');
}

/** The line that a transition number stands for, if it was made. */
export function selectTransitionLine(db: RegistryDb, model: string, number: number) {
  return db
    .selectFrom('ledger')
    .select('entry_key')
    .where('model', '=', model)
    .where('transition', '=', number);
}

/** Writes the ledger line, but only while the alias stands at the number before. */
export function insertTransitionLine(db: RegistryDb, transition: Transition): Compilable<unknown> {
  const row = ledgerRow(transition.ledger, transition.number);
  const columns = Object.keys(row) as (keyof typeof row)[];
  return db
    .insertInto('ledger')
    .columns(columns)
    .expression(
      db
        .selectNoFrom((given) => columns.map((column) => given.val(row[column]).as(column)))
        .where(
          (guard) =>
            guard.fn.coalesce(
              guard
                .selectFrom('aliases')
                .select('transition')
                .where('model', '=', transition.model)
                .where('alias', '=', 'champion'),
              guard.lit(0),
            ),
          '=',
          transition.number - 1,
        ),
    )
    .onConflict((conflict) => conflict.doNothing());
}

/** Moves the alias to where its ledger line says, but only by one step and only with that line. */
export function moveChampion(db: RegistryDb, transition: Transition): Compilable<unknown> {
  const row = {
    model: transition.model,
    alias: 'champion',
    version: transition.version,
    transition: transition.number,
    since_as_of: transition.sinceAsOf,
    at: transition.ledger.at,
  } satisfies Selectable<AliasTable>;
  const columns = Object.keys(row) as (keyof typeof row)[];
  return db
    .insertInto('aliases')
    .columns(columns)
    .expression((eb) =>
      eb
        .selectFrom('ledger')
        .select((given) => columns.map((column) => given.val(row[column]).as(column)))
        .where('model', '=', transition.model)
        .where('transition', '=', transition.number)
        .where('entry_key', '=', transition.ledger.key),
    )
    .onConflict((conflict) =>
      conflict
        .columns(['model', 'alias'])
        .doUpdateSet((eb) => ({
          version: eb.ref('excluded.version'),
          transition: eb.ref('excluded.transition'),
          since_as_of: eb.ref('excluded.since_as_of'),
          at: eb.ref('excluded.at'),
        }))
        .where('aliases.transition', '=', transition.number - 1),
    );
}

export function toAlias(row: Selectable<AliasTable>): AliasRecord | null {
  if (row.version === null) return null;
  return {
    model: row.model,
    alias: row.alias,
    version: row.version,
    transition: row.transition,
    sinceAsOf: row.since_as_of,
    at: row.at,
  };
}
