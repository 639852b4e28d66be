import type { Compilable } from 'kysely';
import type { LedgerEntry, TagRecord } from '../../../contracts/index.js';
import type { RegistryDb } from '../store.js';

/** The model itself, in a key that cannot hold `null`. */
const OF_THE_MODEL = 0;

export async function listTags(db: RegistryDb, model: string): Promise<readonly TagRecord[]> {
  const rows = await db
    .selectFrom('tags')
    .selectAll()
    .where('model', '=', model)
    .orderBy('version')
    .orderBy('tag')
    .execute();
  return rows.flatMap(({ version, value, ...row }) =>
    value === null ? [] : [{ ...row, value, version: version === OF_THE_MODEL ? null : version }],
  );
}

/** Of two acts on one tag the later one stands, in whatever order they come. */
export function putTag(
  db: RegistryDb,
  version: number | null,
  tag: string,
  value: string | null,
  { model, actor, at }: LedgerEntry,
): Compilable<unknown> {
  return db
    .insertInto('tags')
    .values({ model, version: version ?? OF_THE_MODEL, tag, value, actor, at })
    .onConflict((conflict) =>
      conflict
        .columns(['model', 'version', 'tag'])
        .doUpdateSet((eb) => ({
          value: eb.ref('excluded.value'),
          actor: eb.ref('excluded.actor'),
          at: eb.ref('excluded.at'),
        }))
        .whereRef('excluded.at', '>=', 'tags.at'),
    );
}
