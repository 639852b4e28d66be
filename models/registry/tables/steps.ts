import type { Compilable, Selectable } from 'kysely';
import type { StepRecord } from '../../../contracts/index.js';
import { fromJsonOrNull, toJsonOrNull } from '../json-text.js';
import type { StepTable } from '../schema.js';
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

/** Inserts the record or replaces an earlier one, unless that one says completed. */
export function putStep(db: RegistryDb, step: StepRecord): Compilable<unknown> {
  return db
    .insertInto('steps')
    .values({
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
    })
    .onConflict((conflict) =>
      conflict
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
        }))
        .where('steps.status', '<>', 'completed'),
    );
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
  };
}
