import { type Compilable, sql } from 'kysely';
import type { ReviewItem } from '../../../contracts/index.js';
import { fromJson, type JsonText, toJson } from '../json-text.js';
import type { ReviewFilter } from '../ports.js';
import type { RegistryDb } from '../store.js';

const LISTED = 50;

/** What teaches most first. */
export async function listReviewItems(
  db: RegistryDb,
  { model, status, limit = LISTED }: ReviewFilter,
): Promise<readonly ReviewItem[]> {
  let query = db
    .selectFrom('review_items')
    .select('content')
    .orderBy(sql`cast(json_extract(content, '$.score') as double precision)`, 'desc')
    .orderBy('prediction_id')
    .limit(limit);
  if (model !== undefined) query = query.where('model', '=', model);
  if (status !== undefined) query = query.where('status', '=', status);
  return (await query.execute()).map(({ content }) => fromJson(content));
}

export async function countOpenReviewItems(db: RegistryDb, model: string): Promise<number> {
  const row = await db
    .selectFrom('review_items')
    .select((eb) => eb.fn.countAll<number>().as('items'))
    .where('model', '=', model)
    .where('status', '=', 'open')
    .executeTakeFirst();
  return Number(row?.items ?? 0);
}

export async function findReviewItem(db: RegistryDb, id: string): Promise<ReviewItem | null> {
  const row = await db
    .selectFrom('review_items')
    .select('content')
    .where('prediction_id', '=', id)
    .executeTakeFirst();
  return row === undefined ? null : fromJson(row.content);
}

/** One that is in the queue already, or was answered, stays as it is. */
export function insertReviewItem(db: RegistryDb, item: ReviewItem): Compilable<unknown> {
  return db
    .insertInto('review_items')
    .values({
      model: item.model,
      prediction_id: item.id,
      status: item.status,
      content: toJson(item),
    })
    .onConflict((conflict) => conflict.columns(['model', 'prediction_id']).doNothing());
}

/** Only where nobody else changed it meanwhile. */
export function replaceReviewItem(
  db: RegistryDb,
  before: ReviewItem,
  after: ReviewItem,
): Compilable<unknown> {
  return db
    .updateTable('review_items')
    .set({ status: after.status, content: toJson(after) })
    .where('model', '=', before.model)
    .where('prediction_id', '=', before.id)
    .where('content', '=', toJson(before));
}

export function selectReviewText(
  db: RegistryDb,
  { model, id }: ReviewItem,
): Compilable<{ readonly content: JsonText<ReviewItem> }> {
  return db
    .selectFrom('review_items')
    .select('content')
    .where('model', '=', model)
    .where('prediction_id', '=', id);
}
