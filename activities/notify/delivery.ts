import { type AlertDelivery, type Telling, tellingKey } from '../../contracts/index.js';

/** The line that `millrace alerts` shows of a telling. */
export function deliveryOf(
  telling: Telling,
  channel: string,
  outcome: Pick<AlertDelivery, 'status' | 'detail' | 'sent'>,
): AlertDelivery {
  const { model, group, severity, status, title } = telling.alert;
  return {
    key: tellingKey(telling),
    model,
    channel,
    ...outcome,
    at: new Date().toISOString(),
    group,
    severity,
    alert: status,
    title,
  };
}
