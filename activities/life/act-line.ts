import type { LedgerEntry, LifeAct } from '../../contracts/index.js';
import { requestTime } from '../../models/registry/request-time.js';
import type { LifeDeps } from './change-version.js';

type LinePart = Pick<LedgerEntry, 'key' | 'action' | 'to' | 'evidence'> & {
  readonly from?: number | null;
};

/** The ledger line of an act, on both clocks. */
export async function actLine(
  { registry }: LifeDeps,
  act: LifeAct,
  { from = null, evidence, ...part }: LinePart,
): Promise<LedgerEntry> {
  const { model, actor, reason, requestId } = act;
  return {
    ...part,
    model,
    at: new Date().toISOString(),
    asOf: await requestTime(registry, model, await registry.champion(model)),
    actor,
    from,
    reason,
    evidence: { requestId, ...evidence },
  };
}
