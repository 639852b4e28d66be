/** Variable that names the online store. */
export const ONLINE_STORE_URL = 'MILLRACE_ONLINE_STORE';

/** A value of a feature; `null` where it is missing. */
export type FeatureValue = number | string | boolean | null;

/** The latest values of one entity. */
export interface OnlineRow {
  /** As {@link ../entity-key.entityKey} writes it. */
  readonly entity: string;
  /** Event time from when on they were known, ms since the epoch. */
  readonly atMs: number;
  /** In the order of the definition's columns. */
  readonly values: readonly FeatureValue[];
}

/** Whose values are asked for. */
export interface OnlineKey {
  /** {@link onlineTable} of the definition. */
  readonly table: string;
  readonly entity: string;
}

/** How far a definition has been materialised. */
export interface Materialization {
  readonly table: string;
  /** Rows after this event time were left out. */
  readonly untilMs: number;
  /** Entities that had a row. */
  readonly entities: number;
  /** Wall clock, ms since the epoch. */
  readonly finishedAtMs: number;
}

/** The latest values of each entity, by the definition that they were made with. */
export interface OnlineStore {
  /** As it may be printed: without a password. */
  readonly name: string;
  /**
   * One round trip, however many keys.
   *
   * @returns one a key, in their order; `null` where there is no row
   */
  get(keys: readonly OnlineKey[]): Promise<readonly (OnlineRow | null)[]>;
  /**
   * Writes rows, each at once or not at all, and never one over a newer one; of the same time the
   * later write stays.
   *
   * @param rows - at most one an entity
   * @param ttlMs - no row is asked for that is older; where memory is dear, rows go some time after
   * @returns how many of them changed something
   */
  put(table: string, rows: readonly OnlineRow[], ttlMs?: number | null): Promise<number>;
  /** Pages of the entities that have a row; one that has it all the time is there, perhaps twice. */
  entities(table: string): AsyncIterable<readonly string[]>;
  /**
   * Removes the rows of these entities, but for those whose time is later.
   *
   * @returns how many there were
   */
  remove(table: string, entities: readonly string[], untilMs: number): Promise<number>;
  /** Says how far a table is; only ever further. */
  note(materialization: Materialization): Promise<void>;
  materializations(): Promise<readonly Materialization[]>;
  close(): Promise<void>;
}

/**
 * Name under which a definition's rows are kept. A view that was changed has another one, so that a
 * model goes on reading what it was trained with.
 *
 * @example onlineTable({ name: 'rides', hash: 'a1b2…' }); // 'rides/a1b2c3d4e5f60718'
 */
export function onlineTable({
  name,
  hash,
}: {
  readonly name: string;
  readonly hash: string;
}): string {
  return `${name}/${hash.slice(0, 16)}`;
}

/** A row's values as the stores keep them. */
export function valuesText(values: readonly FeatureValue[]): string {
  return JSON.stringify(values);
}

export function readValues(text: string): readonly FeatureValue[] {
  return JSON.parse(text) as readonly FeatureValue[];
}
