import { type CloseIncidentRequest, type Incident, MillraceError } from '../../contracts/index.js';
import { closeIncident as closedBy } from '../../monitoring/incidents/index.js';
import type { ActivityDeps } from '../deps.js';
import { tell } from './follow-decision.js';

/**
 * Closes an incident for a person. One that is closed already stays as it was closed.
 *
 * @throws MillraceError `NotFound` when the model has no such incident
 */
export function closeIncident(deps: Pick<ActivityDeps, 'registry' | 'temporal'>) {
  return async ({
    model,
    number,
    actor,
    note,
  }: CloseIncidentRequest & { model: string }): Promise<Incident> => {
    const incident = await deps.registry.incident(model, number);
    if (incident === null) {
      throw new MillraceError('NotFound', `model ${model} has no incident ${number}`);
    }
    const ledger = await deps.registry.ledger(model);
    const closed = closedBy(incident, { actor, note, at: new Date().toISOString() }, ledger);
    await deps.registry.putIncident(closed);
    await tell(deps, closed, 'closed', []);
    return closed;
  };
}
