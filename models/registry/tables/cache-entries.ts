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

/**
 * What this step last ended with in this pipeline. Found through its runs: the entry itself may have
 * been made by a step of another pipeline, and an older one may have been the last to be found again.
 */
export async function findLatestCacheEntry(
  db: RegistryDb,
  pipeline: string,
  stepId: string,
): Promise<CacheEntry | null> {
  const row = await db
    .selectFrom('runs')
    .innerJoin('steps', 'steps.run_id', 'runs.run_id')
    .innerJoin('cache_entries', 'cache_entries.cache_key', 'steps.cache_key')
    .selectAll('cache_entries')
    .where('runs.pipeline', '=', pipeline)
    .where('steps.step_id', '=', stepId)
    .where('steps.status', '=', 'completed')
    .orderBy('runs.started_at', 'desc')
    .orderBy('runs.run_id', 'desc')
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
