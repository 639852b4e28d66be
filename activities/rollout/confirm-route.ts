import { setTimeout as wait } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { type GatewayLease, isLeaseLive } from '../../contracts/index.js';
import type { ActivityDeps } from '../deps.js';

export interface RouteConfirmation {
  readonly outcome: 'confirmed' | 'unconfirmed' | 'not-applied';
  readonly detail: string;
}

const DEADLINE_MS = 30_000;
const LOOK_EVERY_MS = 200;

/**
 * Waits until every live gateway reports the route, for up to 30 s; without a number, until none
 * reports one. A gateway that cannot reach the registry cannot say what it does: it is not live.
 */
export function confirmRoute(deps: Pick<ActivityDeps, 'registry'>) {
  return async ({
    model,
    number,
  }: {
    readonly model: string;
    readonly number: number | null;
  }): Promise<RouteConfirmation> => {
    const context = Context.current();
    const deadlineMs = Date.now() + DEADLINE_MS;
    for (;;) {
      const live = (await deps.registry.leases()).filter((lease) => isLeaseLive(lease, Date.now()));
      if (live.length === 0) return { outcome: 'unconfirmed', detail: 'no gateway is running' };
      const behind = live.filter((lease) => !hasApplied(lease, model, number));
      if (behind.length === 0) {
        const gateways = live.length === 1 ? 'the gateway' : `all ${live.length} gateways`;
        return { outcome: 'confirmed', detail: `${gateways} applied it` };
      }
      if (Date.now() > deadlineMs) {
        const named = behind.map(({ id, routes }) => `${id} (route ${routes?.[model] ?? 'none'})`);
        const wanted = number === null ? 'the end of the route' : `route ${number}`;
        return {
          outcome: 'not-applied',
          detail: `${wanted} is not applied after ${DEADLINE_MS / 1_000} s by ${named.join(', ')}`,
        };
      }
      context.heartbeat();
      await wait(LOOK_EVERY_MS, undefined, { signal: context.cancellationSignal });
    }
  };
}

/** A later route than the one that is waited for will do: it was asked for since. */
function hasApplied({ routes }: GatewayLease, model: string, number: number | null): boolean {
  const applied = routes?.[model];
  return number === null ? applied === undefined : applied !== undefined && applied >= number;
}
