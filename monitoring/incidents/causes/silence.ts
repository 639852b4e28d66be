import type { GatewayLease, MonitorDecision, RootCause } from '../../../contracts/index.js';
import { isLeaseLive } from '../../../contracts/index.js';

/**
 * Why no rows came though they were due: nobody was there to take them, or nobody sent any.
 *
 * @param leases - of every gateway, as the registry has them
 */
export function silenceCauses(
  { verdict, window, decidedAt }: MonitorDecision,
  leases: readonly GatewayLease[],
): readonly RootCause[] {
  if (verdict.kind !== 'no-data') return [];
  const decidedMs = Date.parse(decidedAt);
  const since = window.start;
  if (!leases.some((lease) => isLeaseLive(lease, decidedMs))) {
    return [{ what: 'service', name: 'gateway', detail: 'no gateway is live', since }];
  }
  return [
    {
      what: 'upstream',
      name: 'requests',
      detail: 'a gateway is live, and nobody asks it for predictions',
      since,
    },
  ];
}
