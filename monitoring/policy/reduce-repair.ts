import type { GatedRequest, LabelsRequest, Repair, RepairRequest } from '../../contracts/index.js';
import { heldByPause } from './admit.js';
import { undoableAlert } from './alert-drafts.js';
import { isAutomatic, undoUntilOf } from './automatic.js';
import type { ModelEffect, ModelEvent } from './events.js';
import { type Held, heldByGate } from './gate.js';
import { heldDraft, requestDraft } from './ledger-drafts.js';
import { hold, putOff } from './pending.js';
import { repairKeys } from './repair-keys.js';
import type { ModelState } from './state.js';
import { count, type Step } from './step.js';
import { withUndoable } from './undoable.js';

export function onRepairRequested(state: ModelState, request: RepairRequest, nowMs: number): Step {
  return request.change === 'begin' ? begin(state, request, nowMs) : lift(state, request, nowMs);
}

function begin(state: ModelState, request: RepairRequest, nowMs: number): Step {
  const inForce = new Set([...state.repairs.map(({ key }) => key), ...state.repairing]);
  const keys = repairKeys(request).filter((key) => !inForce.has(key));
  if (keys.length === 0) {
    const detail = 'it is in force already; asked again once it was lifted';
    return hold(state, request, { guard: 'in-flight', detail }, 'coalesced');
  }
  const held = heldBy(state, request, nowMs);
  if (held?.waitsFor !== undefined) {
    return putOff(state, request, { ...held, waitsFor: held.waitsFor }, nowMs);
  }
  if (held !== null) return hold(state, request, held);
  return {
    state: count({ ...state, repairing: [...state.repairing, ...keys] }, 'acted'),
    effects: [
      {
        kind: 'prepare-repairs',
        request,
        keys,
        earlier: state.earlier.map(({ version }) => version),
        since: new Date(nowMs).toISOString(),
      },
    ],
  };
}

function heldBy(state: ModelState, request: GatedRequest, nowMs: number): Held | null {
  const paused = isAutomatic(request) ? heldByPause(state, nowMs) : null;
  return paused ?? heldByGate(state, request, nowMs);
}

export function onRepairsPrepared(
  state: ModelState,
  { request, repairs, problem }: Extract<ModelEvent, { kind: 'repairs-prepared' }>,
  nowMs: number,
): Step {
  const undoUntil = undoUntilOf(state, request, nowMs);
  const done = new Set(repairKeys(request));
  let next: ModelState = {
    ...state,
    repairing: state.repairing.filter((key) => !done.has(key)),
    repairs: [...state.repairs, ...repairs],
  };
  const effects: ModelEffect[] = [];
  for (const repair of repairs) {
    const entryKey = `repaired/${request.requestId}/${repair.key}`;
    const line = requestDraft(state, request, 'repaired');
    effects.push({
      kind: 'begin-repair',
      repair,
      entry: {
        ...line,
        key: entryKey,
        reason: `${repairText(repair)}: ${request.reason}`,
        evidence: {
          ...line.evidence,
          repair: JSON.parse(JSON.stringify(repair)),
          ...(undoUntil !== null && { undoUntil }),
        },
      },
    });
    if (undoUntil !== null) {
      const { key: repairKey } = repair;
      next = withUndoable(next, { entryKey, until: undoUntil, what: 'repair', repairKey });
    }
  }
  if (undoUntil !== null && repairs.length > 0) {
    effects.push(undoableAlert(state.model, request, undoUntil, nowMs));
  }
  if (problem !== null) {
    const held = { guard: 'repairable', detail: problem } as const;
    effects.push({ kind: 'record', entry: heldDraft(state, request, held) });
  }
  return { state: next, effects };
}

function repairText(repair: Repair): string {
  switch (repair.kind) {
    case 'impute':
      return `${repair.feature} is filled with ${JSON.stringify(repair.value)} where it is missing`;
    case 'fallback':
      return `version ${repair.version} answers in place of the champion`;
    case 'quarantine':
      return `rows from ${repair.window.start} to ${repair.window.end} are left out of retraining`;
  }
}

function lift(state: ModelState, request: RepairRequest, nowMs: number): Step {
  const keys = new Set(repairKeys(request));
  const paused = isAutomatic(request) ? heldByPause(state, nowMs) : null;
  if (paused !== null) return hold(state, request, paused);
  const lifted = liftAll(state, request, ({ key }) => keys.has(key), nowMs);
  if (lifted.effects.length === 0) {
    const detail = 'nothing of it is in force; a repair can be lifted once it has begun';
    return hold(state, request, { guard: 'in-flight', detail }, 'coalesced');
  }
  return { state: count(lifted.state, 'acted'), effects: lifted.effects };
}

/** Lifts the repairs that are meant, each with its ledger line. */
export function liftAll(
  state: ModelState,
  request: Pick<GatedRequest, 'requestId' | 'asOf' | 'actor' | 'reason'>,
  isMeant: (repair: Repair) => boolean,
  nowMs: number,
): Step {
  const meant = state.repairs.filter(isMeant);
  const champion = state.champion?.version ?? null;
  const { requestId, asOf, actor, reason } = request;
  return {
    state: { ...state, repairs: state.repairs.filter((repair) => !isMeant(repair)) },
    effects: meant.map(({ key }) => ({
      kind: 'lift-repair',
      key,
      at: new Date(nowMs).toISOString(),
      entry: {
        model: state.model,
        key: `repair-lifted/${requestId}/${key}`,
        asOf,
        actor,
        action: 'repair-lifted',
        from: champion,
        to: champion,
        reason: `${key} is over: ${reason}`,
        evidence: { requestId, repairKey: key },
      },
    })),
  };
}

export function onLabelsRequested(state: ModelState, request: LabelsRequest, nowMs: number): Step {
  const held = heldBy(state, request, nowMs);
  if (held?.waitsFor !== undefined) {
    return putOff(state, request, { ...held, waitsFor: held.waitsFor }, nowMs);
  }
  if (held !== null) return hold(state, request, held);
  return {
    state: count(state, 'acted'),
    effects: [
      { kind: 'record', entry: requestDraft(state, request, 'labels-asked') },
      { kind: 'ask-for-labels', request },
    ],
  };
}
