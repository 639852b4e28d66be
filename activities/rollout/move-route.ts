import type { Rollout, TrafficRoute } from '../../contracts/index.js';
import type { LedgerDraft } from '../../monitoring/policy/index.js';
import type { ActivityDeps } from '../deps.js';

export interface RouteChange {
  readonly model: string;
  readonly number: number;
  /** `null` takes the route away. */
  readonly route: TrafficRoute | null;
  readonly entry: LedgerDraft;
}

/**
 * Moves the model's route and writes its ledger line, in one transaction.
 *
 * @returns false when a change of a higher number came before
 */
export function moveRoute(deps: Pick<ActivityDeps, 'registry'>) {
  return ({ entry, ...move }: RouteChange): Promise<boolean> =>
    deps.registry.moveRoute({ ...move, ledger: { ...entry, at: new Date().toISOString() } });
}

/** Keeps what the registry shows of a rollout. */
export function keepRollout(deps: Pick<ActivityDeps, 'registry'>) {
  return ({ rollout }: { readonly rollout: Rollout }): Promise<void> =>
    deps.registry.putRollout(rollout);
}
