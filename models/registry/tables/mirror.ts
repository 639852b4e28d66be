import { type Compilable, sql } from 'kysely';
import type { MirroredItem, MirrorMark } from '../mirror-book.js';
import type { RegistryDb } from '../store.js';

/** In line; those that were refused too. */
export async function listMirrorMarks(db: RegistryDb): Promise<readonly MirrorMark[]> {
  const rows = await db.selectFrom('mirror_marks').selectAll().orderBy('seq').execute();
  return rows.map(toMark);
}

export async function listWaitingMarks(
  db: RegistryDb,
  target: string,
  limit: number,
): Promise<readonly MirrorMark[]> {
  const rows = await selectWaiting(db, target).limit(limit).execute();
  return rows.map(toMark);
}

/** The first that is to be tried, if there is any. */
export function selectFirstWaiting(db: RegistryDb, target: string) {
  return selectWaiting(db, target).limit(1);
}

function selectWaiting(db: RegistryDb, target: string) {
  return db
    .selectFrom('mirror_marks')
    .selectAll()
    .where('target', '=', target)
    .where('refused', 'is', null)
    .orderBy('seq');
}

export function putMirrorMark(
  db: RegistryDb,
  target: string,
  subject: string,
  markedAt: string,
): Compilable<unknown> {
  return db
    .insertInto('mirror_marks')
    .values({ target, subject, revision: 1, marked_at: markedAt, refused: null })
    .onConflict((conflict) =>
      conflict.columns(['target', 'subject']).doUpdateSet({
        revision: sql<number>`mirror_marks.revision + 1`,
        refused: null,
      }),
    );
}

export function deleteMirrorMark(db: RegistryDb, mark: MirrorMark): Compilable<unknown> {
  return db
    .deleteFrom('mirror_marks')
    .where('target', '=', mark.target)
    .where('subject', '=', mark.subject)
    .where('revision', '=', mark.revision);
}

export function refuseMirrorMark(
  db: RegistryDb,
  mark: MirrorMark,
  refused: string,
): Compilable<unknown> {
  return db
    .updateTable('mirror_marks')
    .set({ refused })
    .where('target', '=', mark.target)
    .where('subject', '=', mark.subject)
    .where('revision', '=', mark.revision);
}

export async function findMirroredItem(
  db: RegistryDb,
  target: string,
  key: string,
): Promise<MirroredItem | null> {
  const row = await db
    .selectFrom('mirror_items')
    .select(['state', 'digest', 'remote'])
    .where('target', '=', target)
    .where('item', '=', key)
    .executeTakeFirst();
  return row ?? null;
}

export async function listMirroredItems(
  db: RegistryDb,
  target: string,
  prefix: string,
): Promise<ReadonlyMap<string, MirroredItem>> {
  const rows = await db
    .selectFrom('mirror_items')
    .select(['item', 'state', 'digest', 'remote'])
    .where('target', '=', target)
    .where('item', '>=', prefix)
    // No key holds a character past this one.
    .where('item', '<', `${prefix}\u{10FFFF}`)
    .execute();
  return new Map(rows.map(({ item, ...known }) => [item, known]));
}

export function putMirroredItem(
  db: RegistryDb,
  target: string,
  key: string,
  item: MirroredItem,
): Compilable<unknown> {
  return db
    .insertInto('mirror_items')
    .values({ target, item: key, ...item })
    .onConflict((conflict) =>
      conflict.columns(['target', 'item']).doUpdateSet((eb) => ({
        state: eb.ref('excluded.state'),
        digest: eb.ref('excluded.digest'),
        remote: eb.ref('excluded.remote'),
      })),
    );
}

function toMark(row: {
  readonly target: string;
  readonly subject: string;
  readonly revision: number;
  readonly marked_at: string;
  readonly refused: string | null;
}): MirrorMark {
  const { target, subject, revision, marked_at, refused } = row;
  return { target, subject, revision, markedAt: marked_at, refused };
}
