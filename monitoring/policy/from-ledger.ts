import type { GuardSpec, LedgerEntry } from '../../contracts/index.js';
import { returnTo, succeed } from './earlier-champions.js';
import { emptyState, type ModelState, RETRAINS_KEPT } from './state.js';

/**
 * The production state that a model's ledger tells, oldest line first: what `manageModel` starts
 * from. Losing Temporal's database loses no production state. What was in flight is not in it: a
 * retrain that was running is not known to run any more.
 */
export function stateFromLedger(
  model: string,
  ledger: readonly LedgerEntry[],
  guards: GuardSpec | null,
): ModelState {
  let state = emptyState(model);
  /** What a compensation gives back: the switch before it did not hold. */
  let undone = { champion: state.champion, earlier: state.earlier, ineffectiveRetrains: 0 };
  for (const entry of ledger) {
    if (entry.action === 'compensated') {
      state = {
        ...state,
        ...undone,
        transition: transitionNumber(entry),
        ineffectiveRetrains: undone.ineffectiveRetrains + state.ineffectiveRetrains,
      };
      continue;
    }
    if (entry.action === 'promoted' || entry.action === 'rolled-back') {
      const { champion, earlier } = state;
      // Only a promotion had set the count back to zero.
      const ineffectiveRetrains = entry.action === 'promoted' ? state.ineffectiveRetrains : 0;
      undone = { champion, earlier, ineffectiveRetrains };
    }
    state = replay(state, entry);
  }
  return { ...state, guards };
}

function transitionNumber(entry: LedgerEntry): number {
  return Number(entry.key.split('/').at(-1));
}

function replay(state: ModelState, entry: LedgerEntry): ModelState {
  switch (entry.action) {
    case 'promoted':
    case 'rolled-back':
      return replayTransition(state, entry);
    case 'retrain-started':
      return entry.evidence['trigger'] === 'manual'
        ? state
        : { ...state, retrains: [...state.retrains, entry.asOf].slice(-RETRAINS_KEPT) };
    case 'retrain-ended':
      return {
        ...state,
        ineffectiveRetrains:
          entry.evidence['outcome'] === 'promoted' ? 0 : state.ineffectiveRetrains + 1,
      };
    case 'paused':
      return { ...state, paused: { actor: entry.actor, reason: entry.reason } };
    case 'resumed':
      return { ...state, paused: null };
    default:
      return state;
  }
}

function replayTransition(state: ModelState, entry: LedgerEntry): ModelState {
  if (entry.to === null) return state;
  const promoted = entry.action === 'promoted';
  return {
    ...state,
    transition: transitionNumber(entry),
    champion: { version: entry.to, sinceAsOf: entry.asOf },
    earlier: promoted
      ? succeed(state.champion, state.earlier, entry.to)
      : returnTo(state.earlier, entry.to),
    ineffectiveRetrains: promoted ? 0 : state.ineffectiveRetrains,
  };
}
