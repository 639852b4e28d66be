import {
  type Compilable,
  type OnConflictBuilder,
  type RawBuilder,
  type Selectable,
  sql,
} from 'kysely';
import type { KeyParts, StepRecord } from '../../../contracts/index.js';
import { fromJson, fromJsonOrNull, toJsonOrNull } from '../json-text.js';
import type { StepTable } from '../run-tables.js';
import type { RegistryTables } from '../schema.js';
import type { RegistryDb } from '../store.js';

export async function listSteps(db: RegistryDb, runId: string): Promise<readonly StepRecord[]> {
  const rows = await db
    .selectFrom('steps')
    .selectAll()
    .where('run_id', '=', runId)
    .orderBy('seq')
    .execute();
  return rows.map(toStep);
}

/** The items of a fanned-out step. */
export async function listItems(
  db: RegistryDb,
  runId: string,
  stepId: string,
): Promise<readonly StepRecord[]> {
  const rows = await db
    .selectFrom('steps')
    .selectAll()
    .where('run_id', '=', runId)
    .where('step_id', 'like', `${stepId}[%`)
    .execute();
  return rows.map(toStep);
}

export async function findStep(
  db: RegistryDb,
  runId: string,
  stepId: string,
): Promise<StepRecord | null> {
  const row = await db
    .selectFrom('steps')
    .selectAll()
    .where('run_id', '=', runId)
    .where('step_id', '=', stepId)
    .executeTakeFirst();
  return row === undefined ? null : toStep(row);
}

/**
 * Inserts the record or replaces an earlier one, unless that one says completed. What an attempt
 * writes is dropped once a later attempt has written, or the run has ended.
 */
export function putStep(db: RegistryDb, step: StepRecord): Compilable<unknown> {
  return db.insertInto('steps').values(toRow(step)).onConflict(replacing);
}

/**
 * As {@link putStep}, for a result that was found again: nothing is written where the cache entry
 * that it was found by is gone meanwhile, and its artifacts with it.
 */
export function putReusedStep(db: RegistryDb, step: StepRecord): Compilable<unknown> {
  const row = toRow(step);
  const columns = Object.keys(row) as (keyof typeof row)[];
  return db
    .insertInto('steps')
    .columns(columns)
    .expression((eb) =>
      eb
        .selectFrom('cache_entries')
        .select(columns.map((column) => typed(row[column]).as(column)))
        .where('cache_key', '=', step.cacheKey ?? ''),
    )
    .onConflict(replacing);
}

/**
 * What this step's last result in this pipeline rests on, whether the result itself is kept or not;
 * `null` where it never ended well.
 */
export async function findLatestParts(
  db: RegistryDb,
  pipeline: string,
  stepId: string,
): Promise<KeyParts | null> {
  const row = await db
    .selectFrom('runs')
    .innerJoin('steps', 'steps.run_id', 'runs.run_id')
    .select('steps.parts')
    .where('runs.pipeline', '=', pipeline)
    .where('steps.step_id', '=', stepId)
    .where('steps.status', '=', 'completed')
    .where('steps.parts', 'is not', null)
    .orderBy('runs.started_at', 'desc')
    .orderBy('runs.run_id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return fromJsonOrNull(row?.parts ?? null);
}

/** The row, if it says completed by this very attempt. */
export function selectCompletedStep(
  db: RegistryDb,
  { runId, stepId, status, fence }: StepRecord,
): Compilable<{ readonly step_id: string }> {
  return db
    .selectFrom('steps')
    .select('step_id')
    .where('run_id', '=', runId)
    .where('step_id', '=', stepId)
    .where('status', '=', status)
    .where(sql`coalesce(fence, '')`, '=', fence ?? '');
}

/** A parameter in a select list has no type on Postgres unless it is given one. */
function typed(value: string | number | null): RawBuilder<string | number | null> {
  return typeof value === 'number' ? sql`cast(${value} AS REAL)` : sql`cast(${value} AS TEXT)`;
}

function toRow(step: StepRecord) {
  return {
    run_id: step.runId,
    step_id: step.stepId,
    kind: step.kind,
    status: step.status,
    attempts: step.attempts,
    started_at: step.startedAt,
    ended_at: step.endedAt,
    duration_ms: step.durationMs,
    cache_key: step.cacheKey,
    outcome: toJsonOrNull(step.outcome),
    failure: toJsonOrNull(step.failure),
    parts: toJsonOrNull(step.parts ?? null),
    reuse: toJsonOrNull(step.reuse ?? null),
    fence: step.fence ?? null,
    item: step.item ?? null,
  };
}

function replacing(conflict: OnConflictBuilder<RegistryTables, 'steps'>) {
  return conflict
    .columns(['run_id', 'step_id'])
    .doUpdateSet((eb) => ({
      kind: eb.ref('excluded.kind'),
      status: eb.ref('excluded.status'),
      attempts: eb.ref('excluded.attempts'),
      started_at: eb.ref('excluded.started_at'),
      ended_at: eb.ref('excluded.ended_at'),
      duration_ms: eb.ref('excluded.duration_ms'),
      cache_key: eb.ref('excluded.cache_key'),
      outcome: eb.ref('excluded.outcome'),
      failure: eb.ref('excluded.failure'),
      parts: eb.fn.coalesce('excluded.parts', 'steps.parts'),
      reuse: eb.fn.coalesce('excluded.reuse', 'steps.reuse'),
      fence: eb.fn.coalesce('excluded.fence', 'steps.fence'),
      item: eb.fn.coalesce('excluded.item', 'steps.item'),
    }))
    .where('steps.status', '<>', 'completed')
    .where(sql<boolean>`(excluded.fence IS NULL OR (
      coalesce(steps.fence, '') <= excluded.fence AND NOT EXISTS (
        SELECT 1 FROM runs WHERE runs.run_id = excluded.run_id AND runs.status <> 'running')))`);
}

function toStep(row: Selectable<StepTable>): StepRecord {
  return {
    runId: row.run_id,
    stepId: row.step_id,
    kind: row.kind,
    status: row.status,
    attempts: row.attempts,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    durationMs: row.duration_ms,
    cacheKey: row.cache_key,
    outcome: fromJsonOrNull(row.outcome),
    failure: fromJsonOrNull(row.failure),
    ...(row.parts !== null && { parts: fromJson(row.parts) }),
    ...(row.reuse !== null && { reuse: fromJson(row.reuse) }),
    ...(row.fence !== null && { fence: row.fence }),
    ...(row.item !== null && { item: row.item }),
  };
}
