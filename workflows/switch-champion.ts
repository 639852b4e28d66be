import { CancellationScope, isCancellation } from '@temporalio/workflow';
import type { CheckedVersion } from '../activities/control/model-state.js';
import type { ModelEffect, ModelEvent } from '../monitoring/policy/index.js';
import { confirmActivities, controlActivities } from './activity-proxies.js';
import { causeOf } from './failure-cause.js';

type SwitchEffect = Extract<ModelEffect, { kind: 'switch-champion' }>;
type ChangeEnded = Extract<ModelEvent, { kind: 'change-ended' }>;

/**
 * Makes another version champion, as a saga:
 * check → alias and ledger in one transaction → wait for the gateways → else move back.
 */
export class ChampionSwitch {
  #confirming: { readonly requestId: string; readonly scope: CancellationScope } | null = null;
  /** The change that a rollback overtakes: it may come before the wait for the gateways begins. */
  #overtaken: string | null = null;

  constructor(private readonly model: string) {}

  /** Stops waiting for the gateways: a rollback is next. */
  overtake(requestId: string): void {
    this.#overtaken = requestId;
    if (this.#confirming?.requestId === requestId) this.#confirming.scope.cancel();
  }

  async carryOut(effect: SwitchEffect): Promise<ChangeEnded> {
    const { change, compensation } = effect;
    const { requestId, asOf } = change.request;
    const { problem, guards, automation = 'full' } = await this.#moveForward(effect);
    const ended = (outcome: ChangeEnded['outcome'], detail: string): ChangeEnded => ({
      kind: 'change-ended',
      requestId,
      outcome,
      detail,
      guards,
      automation,
    });
    if (problem !== null) return ended('unusable', problem);
    const overtaken = ended('overtaken', 'a rollback overtook it');
    if (this.#overtaken === requestId) return overtaken;
    const scope = new CancellationScope();
    this.#confirming = { requestId, scope };
    try {
      const { outcome, detail } = await scope.run(() =>
        confirmActivities.confirmServed({ model: this.model, version: change.to }),
      );
      if (outcome !== 'not-served') return ended(outcome, detail);
      await controlActivities.moveAlias({
        model: this.model,
        number: change.transition + 1,
        version: change.from?.version ?? null,
        sinceAsOf: change.from?.sinceAsOf ?? asOf,
        entry: compensation,
      });
      return ended('compensated', detail);
    } catch (error) {
      if (isCancellation(error)) return overtaken;
      // The alias has moved and the ledger says so; only the confirmation is missing.
      return ended('unconfirmed', `the gateways could not be asked: ${causeOf(error).message}`);
    } finally {
      this.#confirming = null;
    }
  }

  /** Nothing was moved where there is a problem: a switch that cannot be made must still end. */
  async #moveForward({ change, entry }: SwitchEffect): Promise<CheckedVersion> {
    const { model } = this;
    try {
      const checked = await controlActivities.checkVersion({ model, version: change.to });
      if (checked.problem === null) {
        await controlActivities.moveAlias({
          model,
          number: change.transition,
          version: change.to,
          sinceAsOf: change.request.asOf,
          entry,
        });
      }
      return checked;
    } catch (error) {
      if (isCancellation(error)) throw error;
      return { problem: causeOf(error).message, guards: null };
    }
  }
}
