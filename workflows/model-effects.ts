import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancellationScope,
  getExternalWorkflowHandle,
  isCancellation,
  log,
  ParentClosePolicy,
  startChild,
} from '@temporalio/workflow';
import type { CheckedVersion } from '../activities/control/model-state.js';
import {
  type RetrainRequest,
  runSearchAttributes,
  runWorkflowId,
  TASK_QUEUE,
} from '../contracts/index.js';
import type { LedgerDraft, ModelEffect, ModelEvent } from '../monitoring/policy/index.js';
import { confirmActivities, controlActivities } from './activity-proxies.js';
import { causeOf } from './failure-cause.js';
import { deployAnsweredSignal, retrainAnsweredSignal } from './messages.js';
import { runPipeline } from './run-pipeline.js';

type SwitchEffect = Extract<ModelEffect, { kind: 'switch-champion' }>;
type PrepareEffect = Extract<ModelEffect, { kind: 'prepare-repairs' }>;
type ChangeEnded = Extract<ModelEvent, { kind: 'change-ended' }>;

/** Carries out what the reducer decided, and reports back as events. */
export class ModelEffects {
  #underWay = 0;
  /** Ledger lines are written in the order in which they were decided. */
  #records: Promise<void> = Promise.resolve();
  #confirming: { readonly requestId: string; readonly scope: CancellationScope } | null = null;
  /** The change that a rollback overtakes: it may come before the wait for the gateways begins. */
  #overtaken: string | null = null;

  constructor(
    private readonly model: string,
    private readonly report: (event: ModelEvent) => void,
  ) {}

  /** Effects that have begun and not ended. */
  get underWay(): number {
    return this.#underWay;
  }

  begin(effect: ModelEffect): void {
    this.#underWay += 1;
    this.#carryOut(effect)
      // What cannot be retried must not stop the model's workflow from answering the next request.
      .catch((error) =>
        log.error('an effect failed', { effect: effect.kind, error: String(error) }),
      )
      .finally(() => {
        this.#underWay -= 1;
      });
  }

  /** Finds out about a retrain whose end was never told. */
  async lookUpRun(runId: string): Promise<void> {
    const { ended } = await controlActivities.describeRun({ runId });
    if (ended !== null) this.report({ kind: 'pipeline-ended', ended: { runId, status: ended } });
  }

  async #carryOut(effect: ModelEffect): Promise<void> {
    switch (effect.kind) {
      case 'switch-champion':
        await this.#records;
        return this.report(await this.#switchChampion(effect));
      case 'overtake-switch':
        this.#overtaken = effect.requestId;
        if (this.#confirming?.requestId === effect.requestId) this.#confirming.scope.cancel();
        return;
      case 'start-retrain':
        return this.report(await this.#startRetrain(effect.request));
      case 'record':
        return this.#record(effect.entry);
      case 'answer-deploy':
        return this.#tell(effect.to, (to) => to.signal(deployAnsweredSignal, effect.answer));
      case 'answer-retrain':
        return this.#tell(effect.to, (to) => to.signal(retrainAnsweredSignal, effect.answer));
      case 'configure-monitor':
        return controlActivities.configureMonitor({ model: this.model });
      case 'cancel-run':
        return controlActivities.cancelRetrain({ runId: effect.runId });
      case 'check-readiness':
        return this.report(await this.#checkReadiness(effect.requestId, effect.version));
      case 'prepare-repairs':
        return this.report(await this.#prepareRepairs(effect));
      case 'begin-repair':
        return this.#inOrder(() => controlActivities.beginRepair(effect));
      case 'lift-repair':
        return this.#inOrder(() => controlActivities.liftRepair(effect));
      case 'ask-for-labels':
        return controlActivities.askForLabels({ model: this.model, request: effect.request });
      case 'raise-alert':
        return controlActivities.raiseAlert({ alert: effect.alert });
    }
  }

  /** check → alias and ledger in one transaction → wait for the gateways → else move back. */
  async #switchChampion(effect: SwitchEffect): Promise<ChangeEnded> {
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

  #record(entry: LedgerDraft): Promise<void> {
    return this.#inOrder(() => controlActivities.appendLedger({ entry }));
  }

  /** One line that cannot be written must not hold back the lines and switches after it. */
  #inOrder(write: () => Promise<void>): Promise<void> {
    const written = this.#records.then(write);
    this.#records = written.catch(() => undefined);
    return written;
  }

  /** What cannot be checked is not ready. */
  async #checkReadiness(requestId: string, version: number | null): Promise<ModelEvent> {
    try {
      const { missing } = await controlActivities.checkReadiness({ model: this.model, version });
      return { kind: 'readiness-checked', requestId, missing };
    } catch (error) {
      const missing = [`what can be checked (${causeOf(error).message})`];
      return { kind: 'readiness-checked', requestId, missing };
    }
  }

  async #prepareRepairs({ kind: _, ...asked }: PrepareEffect): Promise<ModelEvent> {
    const { request } = asked;
    try {
      const prepared = await controlActivities.prepareRepairs({ model: this.model, ...asked });
      return { kind: 'repairs-prepared', request, ...prepared };
    } catch (error) {
      const problem = causeOf(error).message;
      return { kind: 'repairs-prepared', request, repairs: [], problem };
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

  async #startRetrain(request: RetrainRequest): Promise<ModelEvent> {
    const { requestId } = request;
    try {
      const run = await controlActivities.prepareRetrain({ model: this.model, request });
      try {
        await startChild(runPipeline, {
          workflowId: runWorkflowId(run.pipeline, run.runId),
          taskQueue: TASK_QUEUE.control,
          // The run outlives a restart of this workflow; its end comes back as a signal.
          parentClosePolicy: ParentClosePolicy.ABANDON,
          typedSearchAttributes: runSearchAttributes(run),
          args: [run],
        });
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      }
      return { kind: 'retrain-started', requestId, runId: run.runId };
    } catch (error) {
      return { kind: 'retrain-not-started', requestId, detail: causeOf(error).message };
    }
  }

  async #tell(
    workflowId: string,
    send: (handle: ReturnType<typeof getExternalWorkflowHandle>) => Promise<void>,
  ): Promise<void> {
    try {
      await send(getExternalWorkflowHandle(workflowId));
    } catch (error) {
      log.warn('who asked is gone; the ledger keeps the answer', {
        workflowId,
        error: String(error),
      });
    }
  }
}
