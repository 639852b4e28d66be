import { log, setHandler } from '@temporalio/workflow';
import { type Alert, complaintOfAlert } from '../contracts/index.js';
import { controlActivities } from './activity-proxies.js';
import { raiseSignal } from './messages.js';

export interface DeliverAlertInput {
  readonly group: string;
}

/** Tells the alerts of one group. */
export async function deliverAlert(_input: DeliverAlertInput): Promise<void> {
  const arrived: Alert[] = [];
  setHandler(raiseSignal, (alert) => {
    const complaint = complaintOfAlert(alert);
    if (complaint === null) arrived.push(alert);
    else log.warn('malformed alert dropped', { complaint });
  });
  while (arrived.length > 0) {
    await controlActivities.logAlerts({ alerts: arrived.splice(0) });
  }
}
