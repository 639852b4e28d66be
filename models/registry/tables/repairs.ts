import type { Repair } from '../../../contracts/index.js';
import { fromJson } from '../json-text.js';
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
