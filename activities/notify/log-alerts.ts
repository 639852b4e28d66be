import type { Alert } from '../../contracts/index.js';
import type { ActivityDeps } from '../deps.js';

export function logAlerts(deps: Pick<ActivityDeps, 'logger'>) {
  return async ({ alerts }: { alerts: readonly Alert[] }): Promise<void> => {
    for (const { model, title, ...alert } of alerts) deps.logger.warn({ model, alert }, title);
  };
}
