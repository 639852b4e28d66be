import type { Compilable } from 'kysely';
import type { Retirement } from '../../../contracts/index.js';
import { fromJson, toJson } from '../json-text.js';
import type { RegistryDb } from '../store.js';

export async function findRetirement(db: RegistryDb, model: string): Promise<Retirement | null> {
  const row = await db
    .selectFrom('retirements')
    .select('content')
    .where('model', '=', model)
    .executeTakeFirst();
  return row === undefined ? null : fromJson(row.content);
}

/** The newest word of a model stays. */
export function putRetirement(db: RegistryDb, retirement: Retirement): Compilable<unknown> {
  const { model, status } = retirement;
  return db
    .insertInto('retirements')
    .values({ model, status, content: toJson(retirement) })
    .onConflict((conflict) =>
      conflict.column('model').doUpdateSet((eb) => ({
        status: eb.ref('excluded.status'),
        content: eb.ref('excluded.content'),
      })),
    );
}
