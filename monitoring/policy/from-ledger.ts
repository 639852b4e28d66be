import type { Automation, GuardSpec, LedgerEntry } from '../../contracts/index.js';
import { returnTo, succeed } from './earlier-champions.js';
import { pendingFromLine, repairFromLine, undoableFromLine } from './ledger-lines.js';
import { ineffectiveAfter } from './reduce-retrain.js';
import { replayRollout } from './rollout/from-lines.js';
import { emptyState, type ModelState, RETRAINS_KEPT } from './state.js';
import { withoutUndoable, withUndoable } from './undoable.js';

/**
 * The production state that a model's ledger tells, oldest line first: what `manageModel` starts
 * from. Losing Temporal's database loses no production state. What was in flight is not in it: a
 * retrain that was running is not known to run any more.
 */
export function stateFromLedger(
  model: string,
  ledger: readonly LedgerEntry[],
  guards: GuardSpec | null,
  automation: Automation = 'full',
): ModelState {
  let state = emptyState(model);
  /** What a compensation gives back: the switch before it did not hold. */
  let undone = { champion: state.champion, earlier: state.earlier, ineffectiveRetrains: 0 };
  for (const entry of ledger) {
    if (entry.action === 'compensated') {
      const number = transitionNumber(entry);
      state = {
        ...withoutUndoable(state, `transition/${model}/${number - 1}`),
        ...undone,
        rollout: null,
        transition: number,
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
    state = replayRollout(remember(replay(state, entry), entry), entry);
  }
  return { ...state, guards, automation };
}

function transitionNumber(entry: LedgerEntry): number {
  return Number(entry.key.split('/').at(-1));
}

function replay(state: ModelState, entry: LedgerEntry): ModelState {
  const { evidence } = entry;
  switch (entry.action) {
    case 'promoted':
    case 'rolled-back':
      return replayTransition(state, entry);
    case 'retrain-started':
      return evidence['trigger'] === 'manual'
        ? state
        : { ...state, retrains: [...state.retrains, entry.asOf].slice(-RETRAINS_KEPT) };
    case 'retrain-ended':
      return {
        ...withoutUndoable(state, `retrain-started/${evidence['requestId']}`),
        ineffectiveRetrains: ineffectiveAfter(state.ineffectiveRetrains, evidence['outcome']),
      };
    case 'paused': {
      const { actor, reason } = entry;
      const until = evidence['until'];
      return { ...state, paused: { actor, reason, ...(typeof until === 'string' && { until }) } };
    }
    case 'resumed':
      return { ...state, paused: null };
    case 'retired':
      return replayRetired(state, entry);
    case 'undone':
      return withoutUndoable(state, String(evidence['undoes']));
    case 'repaired': {
      const repair = repairFromLine(entry);
      return repair === null ? state : { ...state, repairs: [...state.repairs, repair] };
    }
    case 'repair-lifted':
      return {
        ...state,
        repairs: state.repairs.filter(({ key }) => key !== evidence['repairKey']),
      };
    default:
      return state;
  }
}

/** Out of service, with nothing that waits or can be undone; what it was champion of may come back. */
function replayRetired(state: ModelState, entry: LedgerEntry): ModelState {
  return {
    ...emptyState(state.model),
    transition: transitionNumber(entry),
    route: state.route,
    retrains: state.retrains,
    earlier: state.champion === null ? state.earlier : [state.champion, ...state.earlier],
  };
}

/** Requests that wait, until another line answers them, and what can be undone. */
function remember(state: ModelState, entry: LedgerEntry): ModelState {
  const { requestId } = entry.evidence;
  const others =
    requestId === undefined
      ? state.pending
      : state.pending.filter(({ request }) => request.requestId !== requestId);
  const waiting = pendingFromLine(entry);
  const pending = waiting === null ? others : [...others, waiting];
  const undoable = undoableFromLine(entry);
  const next = { ...state, pending };
  return undoable === null ? next : withUndoable(next, undoable);
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
