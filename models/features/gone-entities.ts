import type { DuckDBConnection } from '@duckdb/node-api';
import { OFFLINE_COLUMN } from './offline-rows.js';
import type { OnlineStore } from './online/store.js';

const ENTITY = 'millrace_entity';

/**
 * The entities of a table of an online store, as a relation beside the offline rows: on disk where
 * they are many. Listed before the source is read, so that one that another materialisation adds
 * meanwhile is not taken for gone.
 */
export async function listStored(
  connection: DuckDBConnection,
  store: Pick<OnlineStore, 'entities'>,
  {
    table,
    relation,
    keys,
  }: { readonly table: string; readonly relation: string; readonly keys: number },
): Promise<void> {
  const columns = [ENTITY, ...keyColumns(keys)].map((name) => `${name} VARCHAR`);
  await connection.run(`CREATE TEMP TABLE ${relation} (${columns.join(', ')})`);
  const appender = await connection.createAppender(relation, 'main', 'temp');
  for await (const page of store.entities(table)) {
    for (const entity of page) {
      const texts = keyTexts(entity, keys);
      if (texts === null) continue;
      for (const text of [entity, ...texts]) appender.appendVarchar(text);
      appender.endRow();
    }
    appender.flushSync();
  }
  appender.closeSync();
}

/**
 * SQL of the entities that {@link listStored} found and the offline rows no longer have.
 *
 * @param stored - relation of the store's entities
 * @param offline - relation of the offline rows
 */
export function goneEntities(stored: string, offline: string, keys: number): string {
  return `SELECT ${ENTITY} FROM ${stored} ANTI JOIN ${offline} USING (${keyColumns(keys).join(', ')})`;
}

function keyColumns(keys: number): readonly string[] {
  return Array.from({ length: keys }, (_, index) => OFFLINE_COLUMN.key(index));
}

/** The texts of an entity's key columns; `null` for what is no key of so many. */
function keyTexts(entity: string, keys: number): readonly string[] | null {
  try {
    const texts: unknown = JSON.parse(entity);
    const isKey = Array.isArray(texts) && texts.length === keys;
    return isKey && texts.every((text) => typeof text === 'string') ? texts : null;
  } catch {
    return null;
  }
}
