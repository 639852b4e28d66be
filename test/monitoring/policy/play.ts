import type { Repair, RepairRequest } from '../../../contracts/index.js';
import {
  emptyState,
  type ModelEffect,
  type ModelEvent,
  type ModelState,
  reduce,
} from '../../../monitoring/policy/index.js';
import { day, GUARDS } from './requests.js';

/** How the world answers the effects that are waited for. */
export interface World {
  /** What a version of high risk lacks. */
  readonly missing?: readonly string[];
  readonly nowMs?: number;
  readonly automation?: ModelState['automation'];
  readonly guards?: ModelState['guards'];
}

/** Plays events; switches, checks and repairs end as the world says, at once. */
export function play(
  events: readonly ModelEvent[],
  start: ModelState = emptyState('bike'),
  world: World = {},
): { readonly state: ModelState; readonly effects: readonly ModelEffect[] } {
  const { nowMs = Date.parse(day(100)), missing = [] } = world;
  let state = start;
  const effects: ModelEffect[] = [];
  const queue = [...events];
  for (let event = queue.shift(); event !== undefined; event = queue.shift()) {
    const step = reduce(state, event, nowMs);
    state = step.state;
    effects.push(...step.effects);
    for (const effect of step.effects.toReversed()) {
      const answer = answerOf(effect, { missing, ...world }, state);
      if (answer !== null) queue.unshift(answer);
    }
  }
  return { state, effects };
}

function answerOf(
  effect: ModelEffect,
  { missing = [], automation, guards }: World,
  state: ModelState,
): ModelEvent | null {
  switch (effect.kind) {
    case 'switch-champion':
      return {
        kind: 'change-ended',
        requestId: effect.change.request.requestId,
        outcome: 'confirmed',
        detail: 'confirmed',
        guards: guards ?? state.guards ?? GUARDS,
        automation: automation ?? state.automation,
      };
    case 'check-readiness':
      return { kind: 'readiness-checked', requestId: effect.requestId, missing };
    case 'prepare-repairs':
      return {
        kind: 'repairs-prepared',
        request: effect.request,
        repairs: effect.keys.map((key) => repairOf(effect.request, key, effect.since)),
        problem: null,
      };
    default:
      return null;
  }
}

function repairOf(request: RepairRequest, key: string, since: string): Repair {
  const { reason, window } = request;
  const base = { model: 'bike', key, asOf: window.end, since, reason };
  switch (request.repair) {
    case 'impute':
      return { ...base, kind: 'impute', feature: key.slice('impute/'.length), value: 1 };
    case 'fallback':
      return { ...base, kind: 'fallback', version: 1 };
    case 'quarantine':
      return { ...base, kind: 'quarantine', window };
  }
}

export const recorded = (effects: readonly ModelEffect[]) =>
  effects.flatMap((effect) =>
    effect.kind === 'record' || effect.kind === 'begin-repair' || effect.kind === 'lift-repair'
      ? [effect.entry]
      : effect.kind === 'switch-champion'
        ? [effect.entry]
        : [],
  );

export const actions = (effects: readonly ModelEffect[]) =>
  recorded(effects).map(({ action }) => action);

export const alerts = (effects: readonly ModelEffect[]) =>
  effects.flatMap((effect) => (effect.kind === 'raise-alert' ? [effect.alert.title] : []));

export const deployAnswers = (effects: readonly ModelEffect[]) =>
  effects.flatMap((effect) => (effect.kind === 'answer-deploy' ? [effect.answer] : []));
