import type { Compilable, Selectable } from 'kysely';
import type { Incident } from '../../../contracts/index.js';
import { fromJson, toJson } from '../json-text.js';
import type { IncidentFilter } from '../ports.js';
import type { IncidentTable } from '../schema.js';
import type { RegistryDb } from '../store.js';

/** Newest first, by when they were opened. */
export async function listIncidents(
  db: RegistryDb,
  { model, status, limit }: IncidentFilter,
): Promise<readonly Incident[]> {
  let query = db
    .selectFrom('incidents')
    .selectAll()
    .orderBy('opened_at', 'desc')
    .orderBy('model')
    .orderBy('number', 'desc');
  if (model !== undefined) query = query.where('model', '=', model);
  if (status !== undefined) query = query.where('status', '=', status);
  if (limit !== undefined) query = query.limit(limit);
  return (await query.execute()).map(toIncident);
}

export async function findIncident(
  db: RegistryDb,
  model: string,
  number: number,
): Promise<Incident | null> {
  const row = await db
    .selectFrom('incidents')
    .selectAll()
    .where('model', '=', model)
    .where('number', '=', number)
    .executeTakeFirst();
  return row === undefined ? null : toIncident(row);
}

export async function findLatestIncident(db: RegistryDb, model: string): Promise<Incident | null> {
  const row = await db
    .selectFrom('incidents')
    .selectAll()
    .where('model', '=', model)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : toIncident(row);
}

/** Replaces an open incident; one that is closed stays as it was closed. */
export function putIncident(db: RegistryDb, incident: Incident): Compilable<unknown> {
  return db
    .insertInto('incidents')
    .values({
      model: incident.model,
      number: incident.number,
      status: incident.status,
      opened_at: incident.openedAt,
      content: toJson(incident),
    })
    .onConflict((conflict) =>
      conflict
        .columns(['model', 'number'])
        .doUpdateSet((eb) => ({
          status: eb.ref('excluded.status'),
          content: eb.ref('excluded.content'),
        }))
        .where('incidents.status', '=', 'open'),
    );
}

function toIncident(row: Selectable<IncidentTable>): Incident {
  return fromJson(row.content);
}
