import type { Compilable } from 'kysely';
import type { Repair } from '../../../contracts/index.js';
import { fromJson, toJson } from '../json-text.js';
import type { RegistryDb } from '../store.js';

/** Repairs that hold: those of one model, or of all. */
export async function listRepairs(
  db: RegistryDb,
  model: string | undefined,
): Promise<readonly Repair[]> {
  let query = db
    .selectFrom('repairs')
    .select('content')
    .where('lifted_at', 'is', null)
    .orderBy('model')
    .orderBy('repair_key');
  if (model !== undefined) query = query.where('model', '=', model);
  return (await query.execute()).map(({ content }) => fromJson(content));
}

/**
 * Begins a repair. One that was lifted before this one began gives way to it; a late repeat of a
 * request does not bring a lifted repair back.
 */
export function putRepair(db: RegistryDb, repair: Repair): Compilable<unknown> {
  return db
    .insertInto('repairs')
    .values({
      model: repair.model,
      repair_key: repair.key,
      kind: repair.kind,
      lifted_at: null,
      content: toJson(repair),
    })
    .onConflict((conflict) =>
      conflict
        .columns(['model', 'repair_key'])
        .doUpdateSet((eb) => ({
          kind: eb.ref('excluded.kind'),
          lifted_at: null,
          content: eb.ref('excluded.content'),
        }))
        .where('repairs.lifted_at', '<', repair.since),
    );
}

export function endRepair(
  db: RegistryDb,
  model: string,
  key: string,
  at: string,
): Compilable<unknown> {
  return db
    .updateTable('repairs')
    .set({ lifted_at: at })
    .where('model', '=', model)
    .where('repair_key', '=', key)
    .where('lifted_at', 'is', null);
}
