import type { LedgerEntry, Rollout, RolloutStatus } from '../../../contracts/index.js';
import type { ModelState } from '../state.js';
import { rolloutIdOf } from './rollout-state.js';

/**
 * Rollouts that the registry shows as under way although they are over, as they are to be shown: how
 * one ended is in the ledger, which is written before.
 */
export function closedByLedger(
  rollouts: readonly Rollout[],
  { rollout }: Pick<ModelState, 'rollout'>,
  ledger: readonly LedgerEntry[],
): readonly Rollout[] {
  const present = rollout === null ? null : rolloutIdOf(rollout);
  return rollouts
    .filter(({ rolloutId, endedAt }) => endedAt === null && rolloutId !== present)
    .map((left) => {
      const last = ledger.findLast(({ evidence }) => evidence['rolloutId'] === left.rolloutId);
      return {
        ...left,
        status: statusOf(last),
        detail: last?.reason ?? left.detail,
        route: null,
        nextAt: null,
        endedAt: last?.at ?? left.startedAt,
      };
    });
}

const ENDS: readonly RolloutStatus[] = ['kept-champion', 'aborted', 'rolled-back', 'superseded'];

function statusOf(last: LedgerEntry | undefined): RolloutStatus {
  if (last?.action === 'compensated') return 'kept-champion';
  const { status } = last?.evidence ?? {};
  return ENDS.find((end) => end === status) ?? 'promoted';
}
