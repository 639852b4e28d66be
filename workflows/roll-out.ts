import { CancellationScope, condition, isCancellation, log, sleep } from '@temporalio/workflow';
import { asFailureType, type RolloutMeasurement } from '../contracts/index.js';
import type { ModelEvent, RolloutEffect } from '../monitoring/policy/index.js';
import {
  confirmActivities,
  controlActivities,
  lookActivities,
  patientActivities,
} from './activity-proxies.js';
import { causeOf } from './failure-cause.js';
import type { OrderedWrites } from './ordered-writes.js';

type EffectOf<Kind extends RolloutEffect['kind']> = Extract<RolloutEffect, { kind: Kind }>;
type RouteMoved = Extract<ModelEvent, { kind: 'route-moved' }>;

/** The way back to the champion is tried until it is written. */
const TRY_AGAIN_MS = 2_000;
const LINES_WITHIN_MS = 500;

/** Carries out what a rollout needs, and reports back as events. */
export class RolloutEffects {
  /** The wait for the gateways, which the end of the rollout cuts short. */
  #confirming: { readonly rolloutId: string; readonly scope: CancellationScope } | null = null;
  /** Its end may come before the wait begins. */
  #overtaken: string | null = null;

  constructor(
    private readonly model: string,
    private readonly writes: OrderedWrites,
    private readonly report: (event: ModelEvent) => void,
  ) {}

  async carryOut(effect: RolloutEffect): Promise<void> {
    switch (effect.kind) {
      case 'smoke-test':
        return this.report(await this.#smokeTest(effect));
      case 'move-route':
        return this.report(await this.#move(effect));
      case 'overtake-route':
        return this.#overtake(effect.rolloutId);
      case 'withdraw-route':
        return this.#withdraw(effect);
      case 'measure-arms':
        return this.report(await this.#measure(effect));
      case 'keep-rollout':
        return this.writes.inOrder(() => controlActivities.keepRollout(effect));
    }
  }

  async #smokeTest({ rolloutId, version }: EffectOf<'smoke-test'>): Promise<ModelEvent> {
    const { model } = this;
    try {
      const tested = await patientActivities.smokeTest({ model, version });
      return { kind: 'smoke-tested', rolloutId, ...tested };
    } catch (error) {
      if (isCancellation(error)) throw error;
      const { type, message: problem } = causeOf(error);
      return { kind: 'smoke-tested', rolloutId, problem, failure: asFailureType(type) };
    }
  }

  async #move({ rolloutId, route, entry }: EffectOf<'move-route'>): Promise<RouteMoved> {
    const { model } = this;
    const { number } = route;
    const moved = (outcome: RouteMoved['outcome'], detail: string): RouteMoved => ({
      kind: 'route-moved',
      rolloutId,
      number,
      outcome,
      detail,
    });
    const overtaken = moved('overtaken', 'the rollout has ended');
    await this.writes.allBefore;
    if (this.#overtaken === rolloutId) return overtaken;
    const scope = new CancellationScope();
    try {
      const applies = await controlActivities.moveRoute({ model, number, route, entry });
      if (!applies || this.#overtaken === rolloutId) return overtaken;
      this.#confirming = { rolloutId, scope };
      const { outcome, detail } = await scope.run(() =>
        confirmActivities.confirmRoute({ model, number }),
      );
      return moved(outcome, detail);
    } catch (error) {
      if (isCancellation(error) && this.#overtaken === rolloutId) return overtaken;
      if (isCancellation(error)) throw error;
      return moved('failed', causeOf(error).message);
    } finally {
      this.#confirming = null;
    }
  }

  #overtake(rolloutId: string): void {
    this.#overtaken = rolloutId;
    if (this.#confirming?.rolloutId === rolloutId) this.#confirming.scope.cancel();
  }

  /**
   * Gives all requests back to the champion. It waits for no gateway, and for lines of the ledger
   * only a moment, so that they stand in their order: its number is above that of whatever is still
   * being written.
   */
  async #withdraw({ rolloutId, number, entry }: EffectOf<'withdraw-route'>): Promise<void> {
    const { model } = this;
    let areWritten = false;
    void this.writes.allBefore.then(() => {
      areWritten = true;
    });
    await condition(() => areWritten, LINES_WITHIN_MS);
    for (;;) {
      try {
        await controlActivities.moveRoute({ model, number, route: null, entry });
        break;
      } catch (error) {
        if (isCancellation(error)) throw error;
        log.error('the route could not be taken away', { error: String(error) });
        await sleep(TRY_AGAIN_MS);
      }
    }
    this.report({ kind: 'route-withdrawn', rolloutId });
    try {
      const { outcome, detail } = await confirmActivities.confirmRoute({ model, number: null });
      if (outcome === 'not-applied') this.report({ kind: 'withdrawal-unseen', rolloutId, detail });
    } catch (error) {
      if (isCancellation(error)) throw error;
      this.report({ kind: 'withdrawal-unseen', rolloutId, detail: causeOf(error).message });
    }
  }

  /** What cannot be measured is an error, which the analysis counts. */
  async #measure({ rolloutId, stage, arms }: EffectOf<'measure-arms'>): Promise<ModelEvent> {
    const { model } = this;
    try {
      const measurement = await lookActivities.measureArms({ model, arms });
      return { kind: 'arms-measured', rolloutId, stage, measurement };
    } catch (error) {
      if (isCancellation(error)) throw error;
      const reason = `the arms could not be measured: ${causeOf(error).message}`;
      const { number, challenger } = arms;
      const measurement: RolloutMeasurement = {
        number,
        at: new Date().toISOString(),
        verdict: 'error',
        reason,
        champion: null,
        challenger: { version: challenger, rows: 0, labelled: 0, values: {} },
        metrics: [],
      };
      return { kind: 'arms-measured', rolloutId, stage, measurement };
    }
  }
}
