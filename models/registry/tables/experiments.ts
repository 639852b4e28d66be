import { type Compilable, type RawBuilder, sql } from 'kysely';
import type { Experiment, MetricPoint } from '../../../contracts/index.js';
import type { AttemptAtStep, ExperimentFilter } from '../experiments/ports.js';
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

/** What earlier attempts told; nothing where a later one has written. */
export function deleteMetricPoints(db: RegistryDb, attempt: AttemptAtStep): Compilable<unknown> {
  return db
    .deleteFrom('metric_points')
    .where('run_id', '=', attempt.runId)
    .where('step_id', '=', attempt.stepId)
    .where(isLatest(attempt));
}

/**
 * Inserts nothing where a later attempt has written.
 *
 * @param points - at least one
 */
export function insertMetricPoints(
  db: RegistryDb,
  attempt: AttemptAtStep,
  points: readonly (MetricPoint & { readonly point: number })[],
): Compilable<unknown> {
  const { runId, stepId } = attempt;
  // A parameter has no type on Postgres here unless it is given one.
  const rows = points.map(
    ({ metric, point, step, at, value }) => sql`(
      cast(${runId} AS TEXT), cast(${stepId} AS TEXT), cast(${metric} AS TEXT),
      cast(${point} AS BIGINT), cast(${step} AS BIGINT),
      cast(${at} AS TEXT), cast(${value} AS DOUBLE PRECISION))`,
  );
  return db
    .insertInto('metric_points')
    .columns(['run_id', 'step_id', 'metric', 'point', 'step', 'at', 'value'])
    .expression(sql`SELECT * FROM (VALUES ${sql.join(rows)}) AS told WHERE ${isLatest(attempt)}`);
}

function isLatest({ runId, stepId, fence }: AttemptAtStep): RawBuilder<boolean> {
  if (fence === undefined) return sql`1 = 1`;
  return sql`NOT EXISTS (
    SELECT 1 FROM steps
    WHERE steps.run_id = ${runId} AND steps.step_id = ${stepId} AND steps.fence > ${fence})`;
}
