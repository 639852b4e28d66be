import type { Compilable, Selectable } from 'kysely';
import type { MonitorDecision, TimeWindow, WindowMeasurement } from '../../../contracts/index.js';
import { fromJson, toJson } from '../json-text.js';
import type { DecisionTable } from '../schema.js';
import type { RegistryDb } from '../store.js';

/** The newest `limit`, oldest of them first. */
export async function listMeasurements(
  db: RegistryDb,
  model: string,
  limit: number | undefined,
): Promise<readonly WindowMeasurement[]> {
  let query = db
    .selectFrom('measurements')
    .select('measurement')
    .where('model', '=', model)
    .orderBy('window_end', 'desc')
    .orderBy('window_start', 'desc')
    .orderBy('version', 'desc');
  if (limit !== undefined) query = query.limit(limit);
  const rows = await query.execute();
  return rows.map((row) => fromJson(row.measurement)).reverse();
}

/** Of one window, by version. */
export async function listWindowMeasurements(
  db: RegistryDb,
  model: string,
  { start, end }: TimeWindow,
): Promise<readonly WindowMeasurement[]> {
  const rows = await db
    .selectFrom('measurements')
    .select('measurement')
    .where('model', '=', model)
    .where('window_end', '=', end)
    .where('window_start', '=', start)
    .orderBy('version')
    .execute();
  return rows.map((row) => fromJson(row.measurement));
}

/** Times of windows are written alike, so that their text sorts as they do. */
export async function findMeasurementBefore(
  db: RegistryDb,
  model: string,
  version: number,
  windowStart: string,
): Promise<WindowMeasurement | null> {
  const row = await db
    .selectFrom('measurements')
    .select('measurement')
    .where('model', '=', model)
    .where('version', '=', version)
    .where('window_end', '<=', windowStart)
    .orderBy('window_end', 'desc')
    .orderBy('window_start', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : fromJson(row.measurement);
}

/** Replaces an earlier measurement: performance is measured again once the labels are in. */
export function putMeasurement(
  db: RegistryDb,
  measurement: WindowMeasurement,
): Compilable<unknown> {
  return db
    .insertInto('measurements')
    .values({
      model: measurement.model,
      version: measurement.version,
      window_start: measurement.window.start,
      window_end: measurement.window.end,
      measurement: toJson(measurement),
    })
    .onConflict((conflict) =>
      conflict
        .columns(['model', 'window_end', 'window_start', 'version'])
        .doUpdateSet((eb) => ({ measurement: eb.ref('excluded.measurement') })),
    );
}

/** The newest `limit`, oldest of them first. */
export async function listDecisions(
  db: RegistryDb,
  model: string,
  limit: number | undefined,
): Promise<readonly MonitorDecision[]> {
  let query = db
    .selectFrom('decisions')
    .selectAll()
    .where('model', '=', model)
    .orderBy('window_end', 'desc')
    .orderBy('window_start', 'desc');
  if (limit !== undefined) query = query.limit(limit);
  const rows = await query.execute();
  return rows.map(toDecision).reverse();
}

/** Of a stretch of event time; by their end. */
export function listDecidedWindows(
  db: RegistryDb,
  model: string,
  { start, end }: TimeWindow,
): Promise<readonly TimeWindow[]> {
  return db
    .selectFrom('decisions')
    .select(['window_start as start', 'window_end as end'])
    .where('model', '=', model)
    .where('window_end', '>', start)
    .where('window_start', '<', end)
    .orderBy('window_end')
    .orderBy('window_start')
    .execute();
}

/** The first decision of a window stays: the policy acts once on each. */
export function insertDecision(db: RegistryDb, decision: MonitorDecision): Compilable<unknown> {
  return db
    .insertInto('decisions')
    .values({
      model: decision.model,
      version: decision.version,
      window_start: decision.window.start,
      window_end: decision.window.end,
      verdict: toJson(decision.verdict),
      signalled: decision.signalled,
      decided_at: decision.decidedAt,
      basis: decision.basis === undefined ? null : toJson(decision.basis),
    })
    .onConflict((conflict) =>
      conflict.columns(['model', 'window_end', 'window_start']).doNothing(),
    );
}

function toDecision(row: Selectable<DecisionTable>): MonitorDecision {
  return {
    model: row.model,
    version: row.version,
    window: { start: row.window_start, end: row.window_end },
    verdict: fromJson(row.verdict),
    signalled: row.signalled,
    decidedAt: row.decided_at,
    ...(row.basis !== null && { basis: fromJson(row.basis) }),
  };
}
