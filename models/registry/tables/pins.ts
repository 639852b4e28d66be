import type { Compilable } from 'kysely';
import type { Pin } from '../../../contracts/index.js';
import type { RegistryDb } from '../store.js';

export function listPins(db: RegistryDb): Promise<readonly Pin[]> {
  return db.selectFrom('pins').selectAll().orderBy('at', 'desc').orderBy('subject').execute();
}

/** The newest reason stands. */
export function putPin(db: RegistryDb, pin: Pin): Compilable<unknown> {
  const { actor, reason, at } = pin;
  return db
    .insertInto('pins')
    .values(pin)
    .onConflict((conflict) => conflict.column('subject').doUpdateSet({ actor, reason, at }));
}

export function deletePin(db: RegistryDb, subject: string): Compilable<unknown> {
  return db.deleteFrom('pins').where('subject', '=', subject);
}
