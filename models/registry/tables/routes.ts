import type { TrafficRoute } from '../../../contracts/index.js';
import { fromJson } from '../json-text.js';
import type { RegistryDb } from '../store.js';

/** Routes in force: of every model that has one. */
export async function listRoutes(db: RegistryDb): Promise<readonly TrafficRoute[]> {
  const rows = await db.selectFrom('routes').select('content').orderBy('model').execute();
  return rows.flatMap(({ content }) => (content === null ? [] : [fromJson(content)]));
}
