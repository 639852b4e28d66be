import type { Compilable } from 'kysely';
import type { MonitorLook } from '../../../contracts/index.js';
import { fromJson, toJson } from '../json-text.js';
import type { RegistryDb } from '../store.js';

export async function findMonitorLook(db: RegistryDb, model: string): Promise<MonitorLook | null> {
  const row = await db
    .selectFrom('monitor_looks')
    .select('content')
    .where('model', '=', model)
    .executeTakeFirst();
  return row === undefined ? null : fromJson(row.content);
}

/** By model. */
export async function listMonitorLooks(db: RegistryDb): Promise<readonly MonitorLook[]> {
  const rows = await db.selectFrom('monitor_looks').select('content').orderBy('model').execute();
  return rows.map((row) => fromJson(row.content));
}

/** The newest look stays. */
export function putMonitorLook(db: RegistryDb, look: MonitorLook): Compilable<unknown> {
  return db
    .insertInto('monitor_looks')
    .values({ model: look.model, content: toJson(look) })
    .onConflict((conflict) =>
      conflict.column('model').doUpdateSet((eb) => ({ content: eb.ref('excluded.content') })),
    );
}
