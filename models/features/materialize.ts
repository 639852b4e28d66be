import type { FeatureDefinition } from '../../contracts/index.js';
import { withDatabase } from '../../storage/tabular/database.js';
import { identifier } from '../../storage/tabular/sql-text.js';
import { entityKey } from './entity-key.js';
import { goneEntities, listStored } from './gone-entities.js';
import { findOfflineFiles, OFFLINE_COLUMN, pathsOf, readOfflineRows } from './offline-rows.js';
import {
  type FeatureValue,
  type OnlineRow,
  type OnlineStore,
  onlineTable,
} from './online/store.js';

export interface MaterializeRequest {
  readonly definition: FeatureDefinition;
  /** Paths of the definition are read from here. */
  readonly baseDirectory: string;
  /** Rows after this event time are left out, ms since the epoch. */
  readonly untilMs: number;
  readonly signal?: AbortSignal;
  /** Told after each part that is in the store. */
  readonly onProgress?: (entities: number) => void;
}

export interface Materialized {
  /** Entities that have a row until then. */
  readonly entities: number;
  /** Of these, those whose row was new to the store, or newer than its own. */
  readonly written: number;
  /** Entities that the source has no longer: their rows are gone. */
  readonly removed: number;
}

const ROWS_OF_PART = 5_000;
const VIEW = 'millrace_view';
const STORED = 'millrace_stored';

/**
 * Writes the latest values of each entity to the online store, and then removes the rows of entities
 * that the source has no longer. A row of the store gives way to a newer one only, so that it may be
 * done again, at the same time, or after a crash in its middle: the end is the same, and no row that
 * stays is ever away. A source without any row until then removes nothing: what writes it failed.
 *
 * @throws MillraceError `InvalidInput` where the view's source does not hold what its definition
 * says, `ServiceUnavailable` where the store does not answer
 */
export async function materializeView(
  store: OnlineStore,
  request: MaterializeRequest,
): Promise<Materialized> {
  const { definition, untilMs, signal } = request;
  const offline = await findOfflineFiles(definition, request.baseDirectory);
  const table = onlineTable(definition);
  let entities = 0;
  let written = 0;
  let removed = 0;
  await withDatabase(pathsOf(offline), signal, async (connection) => {
    const columns = definition.columns.map(({ name }) => name);
    const entityKeys = definition.entity.length;
    await listStored(connection, store, { table, relation: STORED, keys: entityKeys });
    await readOfflineRows(connection, offline, { relation: VIEW, columns, untilMs });
    const keys = definition.entity.map((_, index) => OFFLINE_COLUMN.key(index));
    const read = [...keys, `epoch_ms(${OFFLINE_COLUMN.at})::DOUBLE`, ...columns.map(identifier)];
    const rows = await connection.stream(
      `SELECT ${read.join(', ')} FROM ${VIEW}
       QUALIFY row_number() OVER (PARTITION BY ${keys.join(', ')} ORDER BY ${OFFLINE_COLUMN.at} DESC) = 1`,
    );
    let part: OnlineRow[] = [];
    const flush = async (): Promise<void> => {
      written += await store.put(table, part, definition.ttlMs);
      entities += part.length;
      part = [];
      request.onProgress?.(entities);
      signal?.throwIfAborted();
    };
    for await (const chunk of rows.yieldRowsJs()) {
      for (const row of chunk) part.push(onlineRow(row, keys.length));
      if (part.length >= ROWS_OF_PART) await flush();
    }
    if (part.length > 0) await flush();
    if (entities === 0) return;
    const gone = await connection.stream(goneEntities(STORED, VIEW, entityKeys));
    for await (const chunk of gone.yieldRowsJs()) {
      removed += await store.remove(
        table,
        chunk.map(([entity]) => String(entity)),
        untilMs,
      );
      signal?.throwIfAborted();
    }
  });
  // After the rows: who reads it knows that they are all there.
  await store.note({ table, untilMs, entities, finishedAtMs: Date.now() });
  return { entities, written, removed };
}

function onlineRow(row: readonly unknown[], keys: number): OnlineRow {
  return {
    entity: entityKey(row.slice(0, keys)) ?? '',
    atMs: Number(row[keys]),
    values: row.slice(keys + 1).map(plainValue),
  };
}

/** A BIGINT as the number that models take; one that a number cannot hold was refused when it was read. */
function plainValue(value: unknown): FeatureValue {
  return typeof value === 'bigint' ? Number(value) : (value as FeatureValue);
}
