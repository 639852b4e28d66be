import { CancellationScope, isCancellation } from '@temporalio/workflow';
import type { CheckedVersion } from '../activities/control/model-state.js';
import { asFailureType, type SkippedVersion } from '../contracts/index.js';
import {
  type ChangeInFlight,
  changeDraft,
  compensationDraft,
  type ModelEffect,
  type ModelEvent,
} from '../monitoring/policy/index.js';
import { confirmActivities, controlActivities, patientActivities } from './activity-proxies.js';
import { causeOf } from './failure-cause.js';

type SwitchEffect = Extract<ModelEffect, { kind: 'switch-champion' }>;
type ChangeEnded = Extract<ModelEvent, { kind: 'change-ended' }>;
type ChangeEnd = Pick<ChangeEnded, 'outcome' | 'detail' | 'failure' | 'retrainInstead'>;

/** A change whose version is settled, and what its ledger line tells of the choice. */
interface Chosen {
  readonly change: ChangeInFlight;
  readonly why: string | null;
  readonly skipped: readonly SkippedVersion[];
}

/**
 * Makes another version champion, as a saga:
 *
 * 1. choose: of a rollback, the last version that was good and can still serve;
 * 2. check: it is ready and its artifact is intact;
 * 3. switch: alias and ledger line in one transaction, and with them the reference that the monitor
 *    compares with, which is the champion's own profile;
 * 4. read back: every live gateway serves it;
 * 5. else compensate: alias and ledger line back in one transaction, read back again.
 *
 * A step that is interrupted is done again; each is keyed, so that twice is once.
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
    const { requestId } = effect.change.request;
    const base = { kind: 'change-ended', requestId, guards: null } as const;
    const chosen = await this.#choose(effect);
    if ('outcome' in chosen) return { ...base, ...chosen };
    const { to } = chosen.change;
    const checked = await this.#moveForward(chosen);
    const { problem: detail, failure = 'InvalidInput', guards, automation = 'full' } = checked;
    if (detail !== null) return { ...base, outcome: 'unusable', detail, failure };
    const end = await this.#readBack(chosen.change);
    return { ...base, ...end, to, guards, automation };
  }

  async #choose({ change, choose }: SwitchEffect): Promise<Chosen | ChangeEnd> {
    if (choose === undefined || change.from === null) return { change, why: null, skipped: [] };
    const { version: champion } = change.from;
    try {
      const choice = await patientActivities.chooseEarlierChampion({
        model: this.model,
        champion,
        ...choose,
      });
      if (choice.to !== null) {
        return { change: { ...change, to: choice.to }, why: choice.why, skipped: choice.skipped };
      }
      const { why: detail, retrainInstead } = choice;
      return { outcome: 'nowhere-to-return', detail, retrainInstead };
    } catch (error) {
      if (isCancellation(error)) throw error;
      const detail = `the earlier versions could not be looked at: ${causeOf(error).message}`;
      return { outcome: 'unusable', detail };
    }
  }

  /** Nothing was moved where there is a problem: a switch that cannot be made must still end. */
  async #moveForward({ change, why, skipped }: Chosen): Promise<CheckedVersion> {
    const { model } = this;
    const line = changeDraft(model, change);
    const choice =
      why === null ? {} : { choice: { why, skipped: skipped.map((of) => ({ ...of })) } };
    try {
      const checked = await patientActivities.checkVersion({
        model,
        version: change.to,
        // What served before is not kept from coming back.
        isNew: change.request.kind !== 'rollback',
      });
      if (checked.problem === null) {
        await controlActivities.moveAlias({
          model,
          number: change.transition,
          version: change.to,
          sinceAsOf: change.request.asOf,
          ...(change.endsRoute !== undefined && { endsRoute: change.endsRoute }),
          entry: { ...line, evidence: { ...line.evidence, ...choice } },
        });
      }
      return checked;
    } catch (error) {
      if (isCancellation(error)) throw error;
      const { type, message: problem } = causeOf(error);
      return { problem, failure: asFailureType(type), guards: null };
    }
  }

  async #readBack(change: ChangeInFlight): Promise<ChangeEnd> {
    const { requestId } = change.request;
    const overtaken = { outcome: 'overtaken', detail: 'a rollback overtook it' } as const;
    if (this.#overtaken === requestId) return overtaken;
    const scope = new CancellationScope();
    this.#confirming = { requestId, scope };
    try {
      const { outcome, detail } = await scope.run(() => this.#confirm(change.to));
      if (outcome !== 'not-served') return { outcome, detail };
      this.#confirming = null;
      return await this.#compensate(change, detail);
    } catch (error) {
      if (isCancellation(error)) return overtaken;
      // The alias has moved and the ledger says so; only the confirmation is missing.
      const detail = `the gateways could not be asked: ${causeOf(error).message}`;
      return { outcome: 'not-read-back', detail };
    } finally {
      this.#confirming = null;
    }
  }

  async #compensate(change: ChangeInFlight, why: string): Promise<ChangeEnd> {
    const { from, transition, request } = change;
    try {
      await controlActivities.moveAlias({
        model: this.model,
        number: transition + 1,
        version: from?.version ?? null,
        sinceAsOf: from?.sinceAsOf ?? request.asOf,
        entry: compensationDraft(this.model, change, why),
      });
    } catch (error) {
      if (isCancellation(error)) throw error;
      const detail = `${why}, and the alias could not be moved back: ${causeOf(error).message}`;
      return { outcome: 'not-read-back', detail };
    }
    const back = from === null ? null : await this.#servedAgain(from.version);
    const detail = back === null ? why : `${why}; taken back: ${back}`;
    return { outcome: 'compensated', detail, failure: 'ServiceUnavailable' };
  }

  /** What is served after a compensation: it stands whatever the gateways say, but is told. */
  async #servedAgain(version: number): Promise<string> {
    try {
      return (await this.#confirm(version)).detail;
    } catch (error) {
      if (isCancellation(error)) throw error;
      return `the gateways could not be asked: ${causeOf(error).message}`;
    }
  }

  #confirm(version: number) {
    return confirmActivities.confirmServed({ model: this.model, version });
  }
}
