import type { Compilable } from 'kysely';
import type { TrafficRoute } from '../../../contracts/index.js';
import { fromJson, toJson } from '../json-text.js';
import type { RouteMove } from '../ports.js';
import type { RegistryDb } from '../store.js';
import { ledgerRow } from './ledger.js';

/** Routes in force: of every model that has one. */
export async function listRoutes(db: RegistryDb): Promise<readonly TrafficRoute[]> {
  const rows = await db.selectFrom('routes').select('content').orderBy('model').execute();
  return rows.flatMap(({ content }) => (content === null ? [] : [fromJson(content)]));
}

/** The row also stands where the route was taken away. */
export function selectRouteRow(db: RegistryDb, model: string) {
  return db.selectFrom('routes').selectAll().where('model', '=', model);
}

/** Writes the ledger line, but only while the route stands at a lower number. */
export function insertRouteLine(db: RegistryDb, move: RouteMove): Compilable<unknown> {
  const row = ledgerRow(move.ledger, null);
  const columns = Object.keys(row) as (keyof typeof row)[];
  return db
    .insertInto('ledger')
    .columns(columns)
    .expression(
      db
        .selectNoFrom((given) => columns.map((column) => given.val(row[column]).as(column)))
        .where(
          (guard) =>
            guard.fn.coalesce(
              guard.selectFrom('routes').select('number').where('model', '=', move.model),
              guard.lit(0),
            ),
          '<',
          move.number,
        ),
    )
    .onConflict((conflict) => conflict.doNothing());
}

/** Moves the route up to a number, but only with the ledger line that says so. */
export function putRoute(
  db: RegistryDb,
  { model, number, route, ledger }: RouteMove,
): Compilable<unknown> {
  const row = { model, number, content: route === null ? null : toJson(route) };
  const columns = Object.keys(row) as (keyof typeof row)[];
  return db
    .insertInto('routes')
    .columns(columns)
    .expression((eb) =>
      eb
        .selectFrom('ledger')
        .select((given) => columns.map((column) => given.val(row[column]).as(column)))
        .where('model', '=', model)
        .where('entry_key', '=', ledger.key),
    )
    .onConflict((conflict) =>
      conflict
        .column('model')
        .doUpdateSet((eb) => ({
          number: eb.ref('excluded.number'),
          content: eb.ref('excluded.content'),
        }))
        .where('routes.number', '<', number),
    );
}
