import type { Client } from 'pg';
import { MillraceError } from '../../../contracts/index.js';
import { MIGRATIONS, type Migration } from '../migrations.js';
import { JSON_EXTRACT, toPostgres } from './schema-sql.js';

/** Classes of advisory locks of millrace; the other half of a lock's key is the schema. */
export const LOCK = { migration: 6_455_001, writer: 6_455_002 } as const;

/**
 * Whether a registry was made in the schema that the connection uses. The catalogue is read as a
 * table: `to_regclass` may answer from before another process, which had the lock, committed.
 *
 * @param name - of the database, for people
 * @throws MillraceError `RegistryUnavailable` when there is no such schema: no registry can be made
 */
export async function hasSchema(client: Client, name: string): Promise<boolean> {
  const { rows } = await client.query(
    `SELECT current_schema() AS used, EXISTS (SELECT FROM pg_catalog.pg_tables
       WHERE schemaname = current_schema() AND tablename = 'registry_schema') AS made`,
  );
  if (rows[0]?.used === null) {
    throw new MillraceError(
      'RegistryUnavailable',
      `the registry ${name} has no schema to use: none of its search_path is there`,
      'create the schema that the search_path names, and grant the user its use',
    );
  }
  return rows[0]?.made === true;
}

/**
 * Brings the schema that the connection uses to the registry's newest version. Safe when several
 * processes do so at once: the version is read and raised under a lock.
 *
 * @param name - of the database, for people
 * @throws MillraceError `RegistryUnavailable` when it is of a newer millrace
 */
export async function migrate(
  client: Client,
  name: string,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<void> {
  const target = migrations.at(-1)?.version ?? 0;
  if ((await hasSchema(client, name)) && (await isAt(client, name, target))) return;
  await client.query('BEGIN');
  try {
    await client.query('SELECT pg_advisory_xact_lock($1, hashtext(current_schema()))', [
      LOCK.migration,
    ]);
    if (!(await hasSchema(client, name))) {
      await client.query('CREATE TABLE registry_schema (version INTEGER NOT NULL)');
      await client.query('INSERT INTO registry_schema VALUES (0)');
      await client.query(JSON_EXTRACT);
    }
    await applyPending(client, name, migrations);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

async function applyPending(
  client: Client,
  name: string,
  migrations: readonly Migration[],
): Promise<void> {
  const target = migrations.at(-1)?.version ?? 0;
  if (await isAt(client, name, target)) return;
  const present = await schemaVersion(client);
  for (const { version, statements } of migrations) {
    if (version <= present) continue;
    for (const statement of statements.flatMap(toPostgres)) await client.query(statement);
  }
  await client.query('UPDATE registry_schema SET version = $1', [target]);
}

async function isAt(client: Client, name: string, target: number): Promise<boolean> {
  const present = await schemaVersion(client);
  if (present <= target) return present === target;
  throw new MillraceError(
    'RegistryUnavailable',
    `the registry ${name} has schema version ${present}; this millrace knows versions up to ${target}`,
    'it was written by a newer millrace: use that one, or another database or schema',
  );
}

async function schemaVersion(client: Client): Promise<number> {
  const { rows } = await client.query('SELECT version FROM registry_schema');
  return Number(rows[0]?.version);
}
