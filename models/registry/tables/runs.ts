import type { Compilable, Selectable } from 'kysely';
import type { GroupWait, RunPause, RunRecord, RunStatus } from '../../../contracts/index.js';
import { fromJson, toJson, toJsonOrNull } from '../json-text.js';
import type { RunFilter } from '../ports.js';
import type { RunTable } from '../run-tables.js';
import type { RegistryDb } from '../store.js';

const DEFAULT_LIMIT = 50;

export async function findRun(db: RegistryDb, runId: string): Promise<RunRecord | null> {
  const row = await db
    .selectFrom('runs')
    .selectAll()
    .where('run_id', '=', runId)
    .executeTakeFirst();
  return row === undefined ? null : toRun(row);
}

export async function listRuns(db: RegistryDb, filter: RunFilter): Promise<readonly RunRecord[]> {
  let query = db.selectFrom('runs').selectAll();
  if (filter.pipeline !== undefined) query = query.where('pipeline', '=', filter.pipeline);
  if (filter.model !== undefined) query = query.where('model', '=', filter.model);
  if (filter.status !== undefined) query = query.where('status', '=', filter.status);
  const rows = await query
    .orderBy('started_at', 'desc')
    .orderBy('run_id', 'desc')
    .limit(filter.limit ?? DEFAULT_LIMIT)
    .execute();
  return rows.map(toRun);
}

export function insertRun(db: RegistryDb, run: RunRecord): Compilable<unknown> {
  return db
    .insertInto('runs')
    .values({
      run_id: run.runId,
      workflow_id: run.workflowId,
      pipeline: run.pipeline,
      model: run.model,
      status: run.status,
      detail: run.detail,
      plan: toJson(run.plan),
      plan_hash: run.planHash,
      params: toJson(run.params),
      base_directory: run.baseDirectory,
      as_of: run.asOf,
      run_trigger: toJson(run.trigger),
      gate_overrides: toJson(run.gateOverrides),
      started_at: run.startedAt,
      ended_at: run.endedAt,
      code: toJsonOrNull(run.code ?? null),
      environment: run.environment ?? null,
      source_file: run.file ?? null,
      take_over: toJsonOrNull(run.takeOver ?? null),
      parent: toJsonOrNull(run.parent ?? null),
      pauses: null,
      queued: null,
    })
    .onConflict((conflict) => conflict.column('run_id').doNothing());
}

/** Ends a run that has not ended; the first end stays. */
export function endRun(
  db: RegistryDb,
  runId: string,
  end: { readonly status: RunStatus; readonly detail: string | null; readonly endedAt: string },
): Compilable<unknown> {
  return db
    .updateTable('runs')
    .set({ status: end.status, detail: end.detail, ended_at: end.endedAt })
    .where('run_id', '=', runId)
    .where('status', '=', 'running');
}

/** The pauses of a run as its workflow knows them; a run that has ended keeps those it had. */
export function putPauses(
  db: RegistryDb,
  runId: string,
  pauses: readonly RunPause[],
): Compilable<unknown> {
  return db
    .updateTable('runs')
    .set({ pauses: toJson(pauses) })
    .where('run_id', '=', runId);
}

/** @param workflowId - that asks for the place */
export function putQueued(
  db: RegistryDb,
  workflowId: string,
  queued: GroupWait,
): Compilable<unknown> {
  return db
    .updateTable('runs')
    .set({ queued: toJson(queued) })
    .where('workflow_id', '=', workflowId)
    .where('status', '=', 'running');
}

function toRun(row: Selectable<RunTable>): RunRecord {
  return {
    runId: row.run_id,
    workflowId: row.workflow_id,
    pipeline: row.pipeline,
    model: row.model,
    status: row.status,
    detail: row.detail,
    plan: fromJson(row.plan),
    planHash: row.plan_hash,
    params: fromJson(row.params),
    baseDirectory: row.base_directory,
    asOf: row.as_of,
    trigger: fromJson(row.run_trigger),
    gateOverrides: fromJson(row.gate_overrides),
    startedAt: row.started_at,
    endedAt: row.ended_at,
    ...(row.code !== null && { code: fromJson(row.code) }),
    ...(row.environment !== null && { environment: row.environment }),
    ...(row.source_file !== null && { file: row.source_file }),
    ...(row.take_over !== null && { takeOver: fromJson(row.take_over) }),
    ...(row.parent !== null && { parent: fromJson(row.parent) }),
    ...(row.pauses !== null && { pauses: fromJson(row.pauses) }),
    ...(row.queued !== null && { queued: fromJson(row.queued) }),
  };
}
