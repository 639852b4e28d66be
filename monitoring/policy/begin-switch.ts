import type { ChangeRequest } from '../../contracts/index.js';
import { isAutomatic, undoUntilOf } from './automatic.js';
import { changeDraft, compensationDraft } from './ledger-drafts.js';
import type { ChangeInFlight, ModelState } from './state.js';
import { count, type Step } from './step.js';

/**
 * Begins to make another version champion. Whatever shares requests out ends with it, in the same
 * transaction: the champion answers all.
 *
 * @param candidates - of a rollback, in the order of preference
 */
export function beginSwitch(
  state: ModelState,
  request: ChangeRequest,
  { to, candidates }: { readonly to: number; readonly candidates?: readonly number[] },
  nowMs: number,
): Step {
  const undoUntil = undoUntilOf(state, request, nowMs);
  const endsRoute = state.rollout === null ? null : state.route + 1;
  const change: ChangeInFlight = {
    request,
    from: state.champion,
    to,
    transition: state.transition + 1,
    ...(undoUntil !== null && { undoUntil }),
    ...(endsRoute !== null && { endsRoute }),
  };
  return {
    state: count({ ...state, change, route: endsRoute ?? state.route }, 'acted'),
    effects: [
      {
        kind: 'switch-champion',
        change,
        ...chooseFrom(candidates, request),
        entry: changeDraft(state.model, change),
        compensation: compensationDraft(state.model, change),
      },
    ],
  };
}

function chooseFrom(candidates: readonly number[] | undefined, request: ChangeRequest) {
  if (candidates === undefined) return {};
  if (isAutomatic(request)) return { choose: { candidates, asker: 'monitor' } } as const;
  const asker = request.version === null ? 'person' : 'person-names';
  return { choose: { candidates, asker } } as const;
}
