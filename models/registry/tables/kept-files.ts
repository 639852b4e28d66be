import { type RawBuilder, sql } from 'kysely';
import type { RegistryDb } from '../store.js';

/** A table that refers to files, the columns that hold the references, and who refers. */
interface Referring {
  readonly who: RawBuilder<string>;
  readonly from: RawBuilder<unknown>;
  readonly columns: readonly string[];
}

/**
 * Which of these files something refers to besides a version and the run that made it. References
 * lie inside JSON, where a digest of 64 digits cannot be mistaken for anything else.
 *
 * @returns digest → who needs it
 */
export async function findKeptFiles(
  db: RegistryDb,
  {
    model,
    version,
    runId,
  }: { readonly model: string; readonly version: number; readonly runId: string },
  digests: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const referring: readonly Referring[] = [
    {
      who: sql`'version ' || version || ' of ' || model`,
      from: sql`versions WHERE NOT (model = ${model} AND version = ${version}) AND status <> 'deleted'`,
      columns: ['manifest', 'content', 'profile', 'plan', 'provenance'],
    },
    { who: sql`'run ' || run_id`, from: sql`runs WHERE run_id <> ${runId}`, columns: ['plan'] },
    {
      who: sql`'step ' || step_id || ' of run ' || run_id`,
      from: sql`steps WHERE run_id <> ${runId}`,
      columns: ['outcome'],
    },
    {
      who: sql`'the cache, for step ' || step_id || ' of ' || pipeline`,
      from: sql`cache_entries WHERE run_id <> ${runId}`,
      columns: ['outcome'],
    },
    {
      who: sql`'a measurement of version ' || version || ' of ' || model`,
      from: sql`measurements WHERE NOT (model = ${model} AND version = ${version})`,
      columns: ['measurement'],
    },
  ];
  const kept = new Map<string, string>();
  for (const digest of digests) {
    for (const { who, from, columns } of referring) {
      const text = sql.join(
        columns.map((column) => sql`coalesce(${sql.ref(column)}, '')`),
        sql` || `,
      );
      const { rows } = await sql<{ readonly who: string }>`
        SELECT ${who} AS who FROM ${from} AND ${text} LIKE ${`%${digest}%`} LIMIT 1`.execute(db);
      const [first] = rows;
      if (first === undefined) continue;
      kept.set(digest, first.who);
      break;
    }
  }
  return kept;
}
