import { type Incident, incidentName, MillraceError } from '../../contracts/index.js';
import type { RegistryReader } from '../../models/registry/ports.js';
import { firstResponse } from '../../monitoring/incidents/index.js';
import { noSuchModel } from '../models/document.js';

/** An incident in JSON: as it is kept, under its name. */
export interface IncidentDocument extends Incident {
  readonly name: string;
}

export interface IncidentQuery {
  readonly model?: string;
  /** RFC 3339: only those that were opened at or after it, by the wall clock. */
  readonly since?: string;
}

/**
 * Incidents, newest first. An action that came after the last window was decided is not in the
 * incident yet: it is taken from the ledger.
 *
 * @throws MillraceError `NotFound` when the model is not known
 */
export async function readIncidents(
  registry: RegistryReader,
  { model, since }: IncidentQuery,
): Promise<readonly IncidentDocument[]> {
  if (model !== undefined) {
    const known = await registry.models();
    if (!known.includes(model)) throw noSuchModel(model, known);
  }
  const incidents = await registry.incidents(model === undefined ? {} : { model });
  const wanted = incidents.filter(({ openedAt }) => since === undefined || openedAt >= since);
  return Promise.all(wanted.map((incident) => incidentDocument(registry, incident)));
}

/** @throws MillraceError `NotFound` when there is no such incident */
export async function readIncident(
  registry: RegistryReader,
  model: string,
  number: number,
): Promise<IncidentDocument> {
  const incident = await registry.incident(model, number);
  if (incident !== null) return incidentDocument(registry, incident);
  const known = await registry.models();
  if (!known.includes(model)) throw noSuchModel(model, known);
  const latest = await registry.latestIncident(model);
  throw new MillraceError(
    'NotFound',
    `there is no incident ${incidentName({ model, number })}`,
    latest === null ? `${model} never had one` : `the newest is ${incidentName(latest)}`,
  );
}

async function incidentDocument(
  registry: RegistryReader,
  incident: Incident,
): Promise<IncidentDocument> {
  const respondedAt =
    incident.respondedAt ?? firstResponse(incident, await registry.ledger(incident.model));
  return { name: incidentName(incident), ...incident, respondedAt };
}
