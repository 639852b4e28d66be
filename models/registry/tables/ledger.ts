import { type Compilable, type Selectable, sql } from 'kysely';
import type { LedgerEntry } from '../../../contracts/index.js';
import { fromJson, toJson } from '../json-text.js';
import type { LedgerTable } from '../schema.js';
import type { RegistryDb } from '../store.js';

type LedgerRow = Omit<Selectable<LedgerTable>, 'seq'>;

export async function listLedger(db: RegistryDb, model: string): Promise<readonly LedgerEntry[]> {
  const rows = await db
    .selectFrom('ledger')
    .selectAll()
    .where('model', '=', model)
    .orderBy('seq')
    .execute();
  return rows.map(toLedgerEntry);
}

export async function findLedgerLine(
  db: RegistryDb,
  model: string,
  key: string,
): Promise<LedgerEntry | null> {
  const row = await db
    .selectFrom('ledger')
    .selectAll()
    .where('model', '=', model)
    .where('entry_key', '=', key)
    .executeTakeFirst();
  return row === undefined ? null : toLedgerEntry(row);
}

/** Whether a line names this request in its evidence. */
export async function isRequestKnown(
  db: RegistryDb,
  model: string,
  requestId: string,
): Promise<boolean> {
  const row = await db
    .selectFrom('ledger')
    .select('entry_key')
    .where('model', '=', model)
    // As the index has it.
    .where(sql`json_extract(evidence, '$.requestId')`, '=', requestId)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

export function insertLedgerEntry(db: RegistryDb, entry: LedgerEntry): Compilable<unknown> {
  return db
    .insertInto('ledger')
    .values(ledgerRow(entry, null))
    .onConflict((conflict) => conflict.columns(['model', 'entry_key']).doNothing());
}

export function selectLedgerKey(db: RegistryDb, model: string, key: string) {
  return db
    .selectFrom('ledger')
    .select('entry_key')
    .where('model', '=', model)
    .where('entry_key', '=', key);
}

/** The line of a registration; its `to` is whatever number the effect key was given. */
export function insertRegisteredEntry(
  db: RegistryDb,
  effectKey: string,
  entry: Omit<LedgerEntry, 'to'>,
): Compilable<unknown> {
  const { to_version: _, ...row } = ledgerRow({ ...entry, to: null }, null);
  const columns = Object.keys(row) as (keyof typeof row)[];
  return db
    .insertInto('ledger')
    .columns(['to_version', ...columns])
    .expression((eb) =>
      eb
        .selectFrom('versions')
        .select('version')
        .select((given) => columns.map((column) => given.val(row[column]).as(column)))
        .where('effect_key', '=', effectKey)
        .where('model', '=', entry.model),
    )
    .onConflict((conflict) => conflict.columns(['model', 'entry_key']).doNothing());
}

export function ledgerRow(entry: LedgerEntry, transition: number | null): LedgerRow {
  return {
    model: entry.model,
    entry_key: entry.key,
    transition,
    at: entry.at,
    as_of: entry.asOf,
    actor: entry.actor,
    action: entry.action,
    from_version: entry.from,
    to_version: entry.to,
    reason: entry.reason,
    evidence: toJson(entry.evidence),
  };
}

function toLedgerEntry(row: LedgerRow): LedgerEntry {
  return {
    model: row.model,
    key: row.entry_key,
    at: row.at,
    asOf: row.as_of,
    actor: row.actor,
    action: row.action,
    from: row.from_version,
    to: row.to_version,
    reason: row.reason,
    evidence: fromJson(row.evidence),
  };
}
