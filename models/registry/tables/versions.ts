import { type Compilable, type Selectable, sql } from 'kysely';
import type { VersionRecord } from '../../../contracts/index.js';
import { fromJson, fromJsonOrNull, toJson, toJsonOrNull } from '../json-text.js';
import type { NewVersion } from '../ports.js';
import type { VersionTable } from '../schema.js';
import type { RegistryDb } from '../store.js';

export async function listModels(db: RegistryDb): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('versions')
    .select('model')
    .distinct()
    .orderBy('model')
    .execute();
  return rows.map((row) => row.model);
}

export async function findVersion(
  db: RegistryDb,
  model: string,
  version: number,
): Promise<VersionRecord | null> {
  const row = await db
    .selectFrom('versions')
    .selectAll()
    .where('model', '=', model)
    .where('version', '=', version)
    .executeTakeFirst();
  return row === undefined ? null : toVersion(row);
}

export async function listVersions(
  db: RegistryDb,
  model: string,
): Promise<readonly VersionRecord[]> {
  const rows = await db
    .selectFrom('versions')
    .selectAll()
    .where('model', '=', model)
    .orderBy('version')
    .execute();
  return rows.map(toVersion);
}

export function selectVersionByEffect(db: RegistryDb, effectKey: string) {
  return db.selectFrom('versions').selectAll().where('effect_key', '=', effectKey);
}

/** Takes the next number of the model, unless the effect key has one. */
export function insertNextVersion(
  db: RegistryDb,
  effectKey: string,
  version: NewVersion,
  createdAt: string,
): Compilable<unknown> {
  const row = {
    model: version.model,
    effect_key: effectKey,
    status: 'ready',
    approval: version.approval ?? 'approved',
    manifest: toJson(version.manifest),
    content: toJson(version.content),
    profile: toJsonOrNull(version.profile),
    run_id: version.runId,
    plan: toJson(version.plan),
    plan_hash: version.planHash,
    base_directory: version.baseDirectory,
    params: toJson(version.params),
    monitor: toJsonOrNull(version.monitor),
    as_of: version.asOf,
    created_at: createdAt,
    provenance: toJsonOrNull(version.provenance ?? null),
  } satisfies Omit<Selectable<VersionTable>, 'version' | 'revision'>;
  const columns = Object.keys(row) as (keyof typeof row)[];
  return db
    .insertInto('versions')
    .columns(['version', ...columns])
    .expression((eb) =>
      eb
        .selectFrom('versions')
        .select(sql<number>`coalesce(max(version), 0) + 1`.as('version'))
        .select((given) => columns.map((column) => given.val(row[column]).as(column)))
        .where('model', '=', version.model),
    )
    .onConflict((conflict) => conflict.column('effect_key').doNothing());
}

export function toVersion(row: Selectable<VersionTable>): VersionRecord {
  return {
    model: row.model,
    version: row.version,
    status: row.status,
    approval: row.approval,
    manifest: fromJson(row.manifest),
    content: fromJson(row.content),
    profile: fromJsonOrNull(row.profile),
    runId: row.run_id,
    plan: fromJson(row.plan),
    planHash: row.plan_hash,
    baseDirectory: row.base_directory,
    params: fromJson(row.params),
    monitor: fromJsonOrNull(row.monitor),
    asOf: row.as_of,
    createdAt: row.created_at,
    ...(row.provenance !== null && { provenance: fromJson(row.provenance) }),
  };
}
