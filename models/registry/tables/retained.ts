import { type Compilable, type RawBuilder, sql } from 'kysely';
import type { Retained } from '../retention/ports.js';
import type { RegistryDb } from '../store.js';

/** Rows read at once: a table may hold more than fits into memory. */
const ROWS_A_PAGE = 500;

/**
 * Ids of the runs that keep what they made: those under way or ended within the retention time, the
 * pinned ones, those that made a version which is still there, and those that another retained run
 * goes on from.
 */
function retainedIds({ since }: Retained): RawBuilder<unknown> {
  return sql`SELECT run_id FROM runs WHERE status = 'running' OR coalesce(ended_at, started_at) >= ${since}
    UNION SELECT substr(subject, 5) FROM pins WHERE subject LIKE 'run/%'
    UNION SELECT run_id FROM versions WHERE status <> 'deleted'`;
}

export async function listRetainedRuns(
  db: RegistryDb,
  retained: Retained,
): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ readonly run_id: string }>`${retainedIds(retained)}`.execute(db);
  return new Set(rows.map(({ run_id: id }) => id));
}

export async function findOldestRunUnderWay(db: RegistryDb): Promise<string | null> {
  const row = await db
    .selectFrom('runs')
    .select('started_at')
    .where('status', '=', 'running')
    .orderBy('started_at')
    .limit(1)
    .executeTakeFirst();
  return row?.started_at ?? null;
}

/** Neither made nor found again by a retained run. */
function stale(retained: Retained): RawBuilder<boolean> {
  const ids = retainedIds(retained);
  return sql<boolean>`run_id NOT IN (${ids}) AND cache_key NOT IN (
    SELECT cache_key FROM steps WHERE cache_key IS NOT NULL AND run_id IN (${ids}))`;
}

export async function countStaleEntries(db: RegistryDb, retained: Retained): Promise<number> {
  const row = await db
    .selectFrom('cache_entries')
    .select(({ fn }) => fn.countAll().as('count'))
    .where(stale(retained))
    .executeTakeFirst();
  return Number(row?.count ?? 0);
}

export function deleteStaleEntries(
  db: RegistryDb,
  retained: Retained,
): Compilable<{ readonly cache_key: string }> {
  return db.deleteFrom('cache_entries').where(stale(retained)).returning('cache_key');
}

/** Tables of which only what belongs to retained runs counts; every other table counts whole. */
const OF_RUNS: ReadonlySet<string> = new Set(['steps', 'cache_entries', 'experiments']);
/** Hold no references to artifacts, and are long. */
const WITHOUT_REFERENCES: ReadonlySet<string> = new Set(['metric_points']);

/** A row is one text. Tables of later versions of the schema are read like any other. */
export async function* readReferringTexts(
  db: RegistryDb,
  retained: Retained,
): AsyncGenerator<string> {
  const tables = await db.introspection.getTables();
  for (const { name, isView, columns } of tables) {
    if (isView || WITHOUT_REFERENCES.has(name)) continue;
    const ids = retainedIds(retained);
    const rows = OF_RUNS.has(name) ? sql`WHERE run_id IN (${ids})` : rowsOf(name);
    const order = sql.join(columns.map((column) => sql.ref(column.name)));
    for (let from = 0; ; from += ROWS_A_PAGE) {
      const page = await sql<Readonly<Record<string, unknown>>>`
        SELECT * FROM ${sql.table(name)} ${rows} ORDER BY ${order}
        LIMIT ${ROWS_A_PAGE} OFFSET ${from}`.execute(db);
      for (const row of page.rows) yield JSON.stringify(Object.values(row));
      if (page.rows.length < ROWS_A_PAGE) break;
    }
  }
}

/** The files of a deleted version were removed with it, unless somebody else needs them. */
function rowsOf(table: string): RawBuilder<unknown> {
  return table === 'versions' ? sql`WHERE status <> 'deleted'` : sql``;
}
