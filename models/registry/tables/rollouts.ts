import type { Rollout } from '../../../contracts/index.js';
import { fromJson, toJson } from '../json-text.js';
import type { RegistryDb } from '../store.js';

/** Newest first. */
export async function listRollouts(
  db: RegistryDb,
  model: string,
  limit = 50,
): Promise<readonly Rollout[]> {
  const rows = await db
    .selectFrom('rollouts')
    .select('content')
    .where('model', '=', model)
    .orderBy('started_at', 'desc')
    .orderBy('rollout_id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ content }) => fromJson(content));
}

/** Inserts or replaces by (model, rollout id). */
export function putRollout(db: RegistryDb, rollout: Rollout) {
  return db
    .insertInto('rollouts')
    .values({
      model: rollout.model,
      rollout_id: rollout.rolloutId,
      status: rollout.status,
      started_at: rollout.startedAt,
      content: toJson(rollout),
    })
    .onConflict((conflict) =>
      conflict.columns(['model', 'rollout_id']).doUpdateSet((eb) => ({
        status: eb.ref('excluded.status'),
        content: eb.ref('excluded.content'),
      })),
    );
}
