import type { DeployRequest, RollbackRequest, UndoRequest } from '../../contracts/index.js';
import { answerDraft } from './ledger-drafts.js';
import { onChangeRequested } from './reduce-change.js';
import { liftAll } from './reduce-repair.js';
import type { ModelState, Undoable } from './state.js';
import { count, type Step } from './step.js';
import { newestUndoable, withoutUndoable } from './undoable.js';

/** Takes back the newest action whose window has not ended. */
export function onUndoRequested(before: ModelState, request: UndoRequest, nowMs: number): Step {
  const state = count(before, 'received');
  const action = newestUndoable(state, nowMs);
  const problem = action === null ? 'nothing can be undone any more' : problemOf(state, action);
  if (action === null || problem !== null) return refuse(state, request, problem ?? '');
  const { entryKey } = action;
  const entry = answerDraft(state, request, {
    key: `undone/${request.requestId}`,
    action: 'undone',
    reason: `${undoneText(action)}: ${request.reason}`,
    evidence: { undoes: entryKey, what: action.what, requestId: request.requestId },
  });
  const step = takeBack(withoutUndoable(state, entryKey), action, request, nowMs);
  return { state: step.state, effects: [{ kind: 'record', entry }, ...step.effects] };
}

function refuse(state: ModelState, request: UndoRequest, problem: string): Step {
  const entry = answerDraft(state, request, {
    key: `undo-refused/${request.requestId}`,
    action: 'undo-refused',
    reason: `${problem} (asked: ${request.reason})`,
    evidence: { requestId: request.requestId },
  });
  return { state: count(state, 'refused'), effects: [{ kind: 'record', entry }] };
}

/** Why it cannot be taken back as things stand; `null` where it can. */
function problemOf(state: ModelState, action: Undoable): string | null {
  switch (action.what) {
    case 'promotion':
    case 'rollback': {
      if (action.from === null) return 'no version was champion before it';
      const champion = state.change?.to ?? state.champion?.version ?? null;
      return champion === action.to
        ? null
        : `version ${action.to} serves no more: ${champion === null ? 'there is no champion' : `version ${champion} is champion`}`;
    }
    case 'retrain':
      return state.retrain?.runId === action.runId ? null : 'the retrain has ended';
    case 'repair':
      return state.repairs.some(({ key }) => key === action.repairKey)
        ? null
        : `${action.repairKey} is over already`;
  }
}

function undoneText(action: Undoable): string {
  switch (action.what) {
    case 'promotion':
    case 'rollback':
      return `the ${action.what} of version ${action.to} is taken back`;
    case 'retrain':
      return `run ${action.runId} is cancelled`;
    case 'repair':
      return `${action.repairKey} is lifted`;
  }
}

function takeBack(state: ModelState, action: Undoable, request: UndoRequest, nowMs: number): Step {
  switch (action.what) {
    case 'promotion':
    case 'rollback':
      return onChangeRequested(state, changeBack(action, request), nowMs);
    case 'retrain': {
      const { retrain } = state;
      return {
        state: count(
          retrain === null ? state : { ...state, retrain: { ...retrain, undone: true } },
          'acted',
        ),
        effects: [
          {
            kind: 'cancel-run',
            runId: action.runId,
            actor: request.actor,
            reason: request.reason,
          },
        ],
      };
    }
    case 'repair':
      return liftAll(count(state, 'acted'), request, ({ key }) => key === action.repairKey, nowMs);
  }
}

/** A promotion is taken back by a rollback, a rollback by a promotion. */
function changeBack(
  { what, from, to }: Extract<Undoable, { what: 'promotion' | 'rollback' }>,
  { requestId, actor, reason, asOf }: UndoRequest,
): RollbackRequest | DeployRequest {
  const base = { requestId: `${requestId}/change`, actor, asOf, evidence: { undo: requestId } };
  const why = `undo: ${reason}`;
  return what === 'promotion'
    ? { ...base, kind: 'rollback', trigger: 'manual', version: from, blames: to, reason: why }
    : {
        ...base,
        kind: 'promote',
        version: from ?? to,
        comparedWith: null,
        answerTo: null,
        reason: why,
      };
}
