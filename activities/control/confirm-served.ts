import type { ActivityDeps } from '../deps.js';
import { awaitGateways } from './await-gateways.js';

export interface Confirmation {
  readonly outcome: 'confirmed' | 'unconfirmed' | 'not-served';
  readonly detail: string;
}

/**
 * Waits until every live gateway reports the version. With no gateway live the change is recorded as
 * unconfirmed.
 */
export function confirmServed(deps: Pick<ActivityDeps, 'registry'>) {
  return async ({ model, version }: { model: string; version: number }): Promise<Confirmation> => {
    const found = await awaitGateways(deps, {
      model,
      versions: [version],
      isDone: ({ servedVersions }) => servedVersions[model] === version,
      undone: `version ${version} is not served`,
      instead: ({ servedVersions }) => `version ${servedVersions[model] ?? 'none'}`,
    });
    switch (found.end) {
      case 'nobody':
        return { outcome: 'unconfirmed', detail: 'no gateway is running' };
      case 'behind':
        return { outcome: 'not-served', detail: found.detail };
      case 'done': {
        const serve = found.live === 1 ? 'the gateway serves' : `all ${found.live} gateways serve`;
        return { outcome: 'confirmed', detail: `${serve} version ${version}` };
      }
    }
  };
}
