import { type Alert, incidentName } from '../../contracts/index.js';
import type { ActivityDeps } from '../deps.js';

/**
 * Whether what an alert told of is over, though nobody raised its end: the incident was closed. The
 * end as an alert; `null` while it goes on, or where there is no incident that could tell.
 */
export function endOfAlert(deps: Pick<ActivityDeps, 'registry'>) {
  return async ({ alert }: { alert: Alert }): Promise<Alert | null> => {
    const { incident: number, model } = alert;
    if (number === undefined) return null;
    const incident = await deps.registry.incident(model, number);
    if (incident === null || incident.status === 'open') return null;
    const { resolution } = incident;
    return {
      ...alert,
      key: `${alert.key}/over`,
      status: 'resolved',
      title: `incident ${incidentName(incident)} is closed`,
      text: resolution?.note ?? '',
      facts: {},
      channels: [],
      at: resolution?.at ?? new Date().toISOString(),
    };
  };
}
