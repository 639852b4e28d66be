import type { GatewayLease } from '../../contracts/index.js';
import { awaitGateways } from '../control/await-gateways.js';
import type { ActivityDeps } from '../deps.js';

export interface RouteConfirmation {
  readonly outcome: 'confirmed' | 'unconfirmed' | 'not-applied';
  readonly detail: string;
}

/**
 * Waits until every live gateway reports the route; without a number, until none reports one. A
 * gateway that cannot reach the registry cannot say what it does: it is not live.
 */
export function confirmRoute(deps: Pick<ActivityDeps, 'registry'>) {
  return async ({
    model,
    number,
  }: {
    readonly model: string;
    readonly number: number | null;
  }): Promise<RouteConfirmation> => {
    const found = await awaitGateways(deps, {
      model,
      versions: number === null ? [] : await versionsOf(deps, model, number),
      isDone: (lease) => hasApplied(lease, model, number),
      undone: `${number === null ? 'the end of the route' : `route ${number}`} is not applied`,
      instead: ({ routes }) => `route ${routes?.[model] ?? 'none'}`,
    });
    switch (found.end) {
      case 'nobody':
        return { outcome: 'unconfirmed', detail: 'no gateway is running' };
      case 'behind':
        return { outcome: 'not-applied', detail: found.detail };
      case 'done': {
        const gateways = found.live === 1 ? 'the gateway' : `all ${found.live} gateways`;
        return { outcome: 'confirmed', detail: `${gateways} applied it` };
      }
    }
  };
}

/** None where a later route is in force. */
async function versionsOf(
  { registry }: Pick<ActivityDeps, 'registry'>,
  model: string,
  number: number,
): Promise<readonly number[]> {
  const route = (await registry.routes()).find(
    (found) => found.model === model && found.number === number,
  );
  return route === undefined ? [] : [...route.arms.map(({ version }) => version), ...route.shadows];
}

/** A later route than the one that is waited for will do: it was asked for since. */
function hasApplied({ routes }: GatewayLease, model: string, number: number | null): boolean {
  const applied = routes?.[model];
  return number === null ? applied === undefined : applied !== undefined && applied >= number;
}
