import type { Compilable } from 'kysely';
import type { Experiment, MetricPoint } from '../../../contracts/index.js';
import type { ExperimentFilter } from '../experiments/ports.js';
import { fromJson, toJson } from '../json-text.js';
import type { RegistryDb } from '../store.js';

const DEFAULT_LIMIT = 50;

export async function findExperiment(db: RegistryDb, runId: string): Promise<Experiment | null> {
  const row = await db
    .selectFrom('experiments')
    .select('content')
    .where('run_id', '=', runId)
    .executeTakeFirst();
  return row === undefined ? null : fromJson(row.content);
}

export async function listExperiments(
  db: RegistryDb,
  { pipeline, limit = DEFAULT_LIMIT }: ExperimentFilter,
): Promise<readonly Experiment[]> {
  let query = db.selectFrom('experiments').select('content');
  if (pipeline !== undefined) query = query.where('pipeline', '=', pipeline);
  const rows = await query
    .orderBy('started_at', 'desc')
    .orderBy('run_id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ content }) => fromJson(content));
}

export function putExperiment(db: RegistryDb, experiment: Experiment): Compilable<unknown> {
  return db
    .insertInto('experiments')
    .values({
      run_id: experiment.runId,
      pipeline: experiment.pipeline,
      started_at: experiment.startedAt,
      content: toJson(experiment),
    })
    .onConflict((conflict) =>
      conflict.column('run_id').doUpdateSet((eb) => ({ content: eb.ref('excluded.content') })),
    );
}

export async function listMetricPoints(
  db: RegistryDb,
  runId: string,
): Promise<readonly MetricPoint[]> {
  const rows = await db
    .selectFrom('metric_points')
    .selectAll()
    .where('run_id', '=', runId)
    .orderBy('step_id')
    .orderBy('metric')
    .orderBy('point')
    .execute();
  return rows.map(({ step_id: stepId, metric, step, at, value }) => {
    return { stepId, metric, step, at, value };
  });
}

export function deleteMetricPoints(
  db: RegistryDb,
  runId: string,
  stepId: string,
): Compilable<unknown> {
  return db.deleteFrom('metric_points').where('run_id', '=', runId).where('step_id', '=', stepId);
}

/** @param points - at least one */
export function insertMetricPoints(
  db: RegistryDb,
  runId: string,
  stepId: string,
  points: readonly (MetricPoint & { readonly point: number })[],
): Compilable<unknown> {
  return db.insertInto('metric_points').values(
    points.map(({ metric, point, step, at, value }) => {
      return { run_id: runId, step_id: stepId, metric, point, step, at, value };
    }),
  );
}
