import type { Compilable, Selectable } from 'kysely';
import type { CacheEntry } from '../../../contracts/index.js';
import { fromJson, toJson } from '../json-text.js';
import type { CacheEntryTable } from '../schema.js';
import type { RegistryDb } from '../store.js';

export async function findCacheEntry(db: RegistryDb, key: string): Promise<CacheEntry | null> {
  const row = await db
    .selectFrom('cache_entries')
    .selectAll()
    .where('cache_key', '=', key)
    .executeTakeFirst();
  return row === undefined ? null : toCacheEntry(row);
}

export async function findLatestCacheEntry(
  db: RegistryDb,
  pipeline: string,
  stepId: string,
): Promise<CacheEntry | null> {
  const row = await db
    .selectFrom('cache_entries')
    .selectAll()
    .where('pipeline', '=', pipeline)
    .where('step_id', '=', stepId)
    .orderBy('created_at', 'desc')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : toCacheEntry(row);
}

/**
 * Keeps the entry. The newest of a key wins, because the artifacts of an older one may be gone:
 * that is why the step was worked again.
 */
export function putCacheEntry(db: RegistryDb, entry: CacheEntry): Compilable<unknown> {
  return db
    .insertInto('cache_entries')
    .values({
      cache_key: entry.key,
      pipeline: entry.pipeline,
      step_id: entry.stepId,
      run_id: entry.runId,
      parts: toJson(entry.parts),
      outcome: toJson(entry.outcome),
      created_at: entry.createdAt,
    })
    .onConflict((conflict) =>
      conflict
        .column('cache_key')
        .doUpdateSet((eb) => ({
          pipeline: eb.ref('excluded.pipeline'),
          step_id: eb.ref('excluded.step_id'),
          run_id: eb.ref('excluded.run_id'),
          parts: eb.ref('excluded.parts'),
          outcome: eb.ref('excluded.outcome'),
          created_at: eb.ref('excluded.created_at'),
        }))
        .whereRef('excluded.created_at', '>=', 'cache_entries.created_at'),
    );
}

function toCacheEntry(row: Selectable<CacheEntryTable>): CacheEntry {
  return {
    key: row.cache_key,
    pipeline: row.pipeline,
    stepId: row.step_id,
    runId: row.run_id,
    parts: fromJson(row.parts),
    outcome: fromJson(row.outcome),
    createdAt: row.created_at,
  };
}
