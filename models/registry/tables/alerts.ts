import { type Compilable, sql } from 'kysely';
import type { AlertDelivery, Silence } from '../../../contracts/index.js';
import { fromJson, toJson } from '../json-text.js';
import type { AlertFilter } from '../ports.js';
import type { RegistryDb } from '../store.js';

const LISTED = 100;

/** Newest first. */
export async function listAlertDeliveries(
  db: RegistryDb,
  { model, group, key, limit = LISTED }: AlertFilter,
): Promise<readonly AlertDelivery[]> {
  let query = db
    .selectFrom('alert_deliveries')
    .select('content')
    .orderBy('at', 'desc')
    .orderBy('alert_key', 'desc')
    .orderBy('channel')
    .limit(limit);
  if (model !== undefined) query = query.where('model', '=', model);
  if (key !== undefined) query = query.where('alert_key', '=', key);
  if (group !== undefined) query = query.where(sql`json_extract(content, '$.group')`, '=', group);
  return (await query.execute()).map(({ content }) => fromJson(content));
}

/** The newest word on a delivery stays, but what was delivered stays so. */
export function putAlertDelivery(db: RegistryDb, delivery: AlertDelivery): Compilable<unknown> {
  return db
    .insertInto('alert_deliveries')
    .values({
      alert_key: delivery.key,
      channel: delivery.channel,
      model: delivery.model,
      at: delivery.at,
      content: toJson(delivery),
    })
    .onConflict((conflict) =>
      conflict
        .columns(['alert_key', 'channel'])
        .doUpdateSet((eb) => ({ at: eb.ref('excluded.at'), content: eb.ref('excluded.content') }))
        .where(sql`json_extract(alert_deliveries.content, '$.status')`, '!=', 'delivered'),
    );
}

/** The one that ends last first; those that have ended too. */
export async function listSilences(db: RegistryDb): Promise<readonly Silence[]> {
  const rows = await db
    .selectFrom('silences')
    .select('content')
    .orderBy('until', 'desc')
    .orderBy('id')
    .execute();
  return rows.map(({ content }) => fromJson(content));
}

/** Replaces a silence by its id: ending it early is another `until`. */
export function putSilence(db: RegistryDb, silence: Silence): Compilable<unknown> {
  return db
    .insertInto('silences')
    .values({ id: silence.id, until: silence.until, content: toJson(silence) })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet((eb) => ({
        until: eb.ref('excluded.until'),
        content: eb.ref('excluded.content'),
      })),
    );
}
