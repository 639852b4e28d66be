import { chooseEarlierChampion } from '../../activities/control/choose-rollback.js';
import { checkVersion } from '../../activities/control/model-state.js';
import type { ActivityDeps } from '../../activities/deps.js';
import {
  type ChangeInFlight,
  changeDraft,
  type LedgerDraft,
  type ModelEffect,
  type ModelEvent,
} from '../../monitoring/policy/index.js';

type SwitchEffect = Extract<ModelEffect, { kind: 'switch-champion' }>;
type ChangeEnded = Extract<ModelEvent, { kind: 'change-ended' }>;

/** A switch of the champion, and what is moved by it. */
export interface SimulatedSwitch {
  readonly ended: ChangeEnded;
  /** `null`: nothing is moved. */
  readonly moved: { readonly change: ChangeInFlight; readonly entry: LedgerDraft } | null;
}

/**
 * What the saga of a switch comes to where no gateway is: the version is chosen and checked as there,
 * and what it becomes is unconfirmed.
 */
export async function simulateSwitch(
  deps: ActivityDeps,
  model: string,
  { change: asked, choose }: SwitchEffect,
): Promise<SimulatedSwitch> {
  const base = { kind: 'change-ended', requestId: asked.request.requestId, guards: null } as const;
  let change = asked;
  if (choose !== undefined && asked.from !== null) {
    const { version: champion } = asked.from;
    const choice = await chooseEarlierChampion(deps)({ model, champion, ...choose });
    if (choice.to === null) {
      const { why: detail, retrainInstead } = choice;
      return {
        ended: { ...base, outcome: 'nowhere-to-return', detail, retrainInstead },
        moved: null,
      };
    }
    change = { ...asked, to: choice.to };
  }
  const { to } = change;
  const { problem, guards, automation = 'full' } = await checkVersion(deps)({ model, version: to });
  if (problem !== null) {
    return { ended: { ...base, outcome: 'unusable', detail: problem }, moved: null };
  }
  const detail = 'on the simulated clock';
  return {
    ended: { ...base, outcome: 'unconfirmed', detail, to, guards, automation },
    moved: { change, entry: changeDraft(model, change) },
  };
}
