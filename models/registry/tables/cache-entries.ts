import { type Compilable, type Selectable, sql } from 'kysely';
import type { CacheEntry, StepRecord } from '../../../contracts/index.js';
import { fromJson, toJson } from '../json-text.js';
import type { CacheEntryTable } from '../run-tables.js';
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
 * that is why the step was worked again. Only what the step's record says completed is kept: a late
 * attempt whose record was refused leaves nothing here either.
 */
export function putCacheEntry(
  db: RegistryDb,
  entry: CacheEntry,
  made: Pick<StepRecord, 'runId' | 'stepId' | 'fence'>,
): Compilable<unknown> {
  return db
    .insertInto('cache_entries')
    .columns(['cache_key', 'pipeline', 'step_id', 'run_id', 'parts', 'outcome', 'created_at'])
    .expression((eb) =>
      eb
        .selectFrom('steps')
        .select([
          text(entry.key).as('cache_key'),
          text(entry.pipeline).as('pipeline'),
          text(entry.stepId).as('step_id'),
          text(entry.runId).as('run_id'),
          text(toJson(entry.parts)).as('parts'),
          text(toJson(entry.outcome)).as('outcome'),
          text(entry.createdAt).as('created_at'),
        ])
        .where('steps.run_id', '=', made.runId)
        .where('steps.step_id', '=', made.stepId)
        .where('steps.status', '=', 'completed')
        .where(sql`coalesce(steps.fence, '')`, '=', made.fence ?? ''),
    )
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

function text(value: string) {
  return sql<string>`cast(${value} AS TEXT)`;
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
