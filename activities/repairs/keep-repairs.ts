import type { Repair } from '../../contracts/index.js';
import type { LedgerDraft } from '../../monitoring/policy/index.js';
import type { ActivityDeps } from '../deps.js';

/** Repair and ledger line in one transaction; the gateways follow the repairs. */
export function beginRepair(deps: ActivityDeps) {
  return ({
    repair,
    entry,
  }: {
    readonly repair: Repair;
    readonly entry: LedgerDraft;
  }): Promise<void> =>
    deps.registry.beginRepair(repair, { ...entry, at: new Date().toISOString() });
}

export function liftRepair(deps: ActivityDeps) {
  return ({
    key,
    at,
    entry,
  }: {
    readonly key: string;
    readonly at: string;
    readonly entry: LedgerDraft;
  }): Promise<void> =>
    deps.registry.liftRepair(key, at, { ...entry, at: new Date().toISOString() });
}
