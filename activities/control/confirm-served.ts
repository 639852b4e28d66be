import { setTimeout as wait } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { isLeaseLive } from '../../contracts/index.js';
import type { ActivityDeps } from '../deps.js';

export interface Confirmation {
  readonly outcome: 'confirmed' | 'unconfirmed' | 'not-served';
  readonly detail: string;
}

const DEADLINE_MS = 30_000;
const LOOK_EVERY_MS = 200;

/**
 * Waits until every live gateway reports the version, for up to 30 s. With no gateway live the
 * change is recorded as unconfirmed. Heartbeats, so that a rollback can stop the wait.
 */
export function confirmServed(deps: ActivityDeps) {
  return async ({ model, version }: { model: string; version: number }): Promise<Confirmation> => {
    const context = Context.current();
    const deadlineMs = Date.now() + DEADLINE_MS;
    for (;;) {
      const live = (await deps.registry.leases()).filter((lease) => isLeaseLive(lease, Date.now()));
      const behind = live.filter((lease) => lease.servedVersions[model] !== version);
      if (live.length === 0) return { outcome: 'unconfirmed', detail: 'no gateway is running' };
      if (behind.length === 0) {
        const gateways =
          live.length === 1 ? 'the gateway serves' : `all ${live.length} gateways serve`;
        return { outcome: 'confirmed', detail: `${gateways} version ${version}` };
      }
      if (Date.now() > deadlineMs) {
        const named = behind.map(
          ({ id, servedVersions }) => `${id} (version ${servedVersions[model] ?? 'none'})`,
        );
        return {
          outcome: 'not-served',
          detail: `version ${version} is not served after ${DEADLINE_MS / 1_000} s by ${named.join(', ')}`,
        };
      }
      context.heartbeat();
      await wait(LOOK_EVERY_MS, undefined, { signal: context.cancellationSignal });
    }
  };
}
