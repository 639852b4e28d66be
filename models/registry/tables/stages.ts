import type { StageStretch } from '../../../contracts/index.js';
import type { RegistryDb } from '../store.js';

/** Which version was in production when, oldest first. */
export async function listStages(db: RegistryDb, model: string): Promise<readonly StageStretch[]> {
  const rows = await db
    .selectFrom('stage_history')
    .selectAll()
    .where('model', '=', model)
    .orderBy('transition')
    .execute();
  return rows.map((row) => ({
    model: row.model,
    transition: row.transition,
    version: row.version,
    from: { at: row.from_at, asOf: row.from_as_of },
    until:
      row.until_at === null || row.until_as_of === null
        ? null
        : { at: row.until_at, asOf: row.until_as_of },
    action: row.action,
    actor: row.actor,
    reason: row.reason,
  }));
}
