import type { Compilable, Selectable } from 'kysely';
import type { AliasRecord, LedgerEntry } from '../../../contracts/index.js';
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

/** Every alias that points to a version, by name. */
export async function listAliases(db: RegistryDb, model: string): Promise<readonly AliasRecord[]> {
  const rows = await db
    .selectFrom('aliases')
    .selectAll()
    .where('model', '=', model)
    .where('version', 'is not', null)
    .orderBy('alias')
    .execute();
  return rows.map(toAlias).filter((alias) => alias !== null);
}

/** The row also stands where the alias was taken away. */
export function selectAliasRow(db: RegistryDb, model: string, alias: string) {
  return db.selectFrom('aliases').selectAll().where('model', '=', model).where('alias', '=', alias);
}

/** A move of an alias, with what its two statements need of it. */
export interface AliasStep {
  readonly model: string;
  readonly alias: string;
  readonly version: number | null;
  readonly number: number;
  /** Number of its line among the champion's; `null` for another alias. */
  readonly transition: number | null;
  readonly sinceAsOf: string;
  readonly ledger: LedgerEntry;
}

/**
 * Writes the ledger line, but only while the alias stands at the number before and the version, where
 * there is one, is still to be had.
 */
export function insertAliasLine(db: RegistryDb, step: AliasStep): Compilable<unknown> {
  const row = ledgerRow(step.ledger, step.transition);
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
                .where('model', '=', step.model)
                .where('alias', '=', step.alias),
              guard.lit(0),
            ),
          '=',
          step.number - 1,
        )
        .where((guard) =>
          guard.not(
            guard.exists(
              guard
                .selectFrom('versions')
                .select('version')
                .where('model', '=', step.model)
                .where('version', '=', step.version)
                .where('status', 'in', ['archived', 'deleted']),
            ),
          ),
        ),
    )
    .onConflict((conflict) => conflict.doNothing());
}

/** Moves the alias to where its ledger line says, but only by one step and only with that line. */
export function moveAlias(db: RegistryDb, step: AliasStep): Compilable<unknown> {
  const row = {
    model: step.model,
    alias: step.alias,
    version: step.version,
    transition: step.number,
    since_as_of: step.sinceAsOf,
    at: step.ledger.at,
  } satisfies Selectable<AliasTable>;
  const columns = Object.keys(row) as (keyof typeof row)[];
  return db
    .insertInto('aliases')
    .columns(columns)
    .expression((eb) =>
      eb
        .selectFrom('ledger')
        .select((given) => columns.map((column) => given.val(row[column]).as(column)))
        .where('model', '=', step.model)
        .where('transition', step.transition === null ? 'is' : '=', step.transition)
        .where('entry_key', '=', step.ledger.key),
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
        .where('aliases.transition', '=', step.number - 1),
    );
}

export function insertTransitionLine(db: RegistryDb, transition: Transition): Compilable<unknown> {
  return insertAliasLine(db, championStep(transition));
}

export function moveChampion(db: RegistryDb, transition: Transition): Compilable<unknown> {
  return moveAlias(db, championStep(transition));
}

function championStep(transition: Transition): AliasStep {
  return { ...transition, alias: 'champion', transition: transition.number };
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
