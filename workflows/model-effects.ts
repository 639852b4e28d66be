import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  getExternalWorkflowHandle,
  log,
  ParentClosePolicy,
  startChild,
} from '@temporalio/workflow';
import {
  type LabelsRequest,
  type RetrainRequest,
  runSearchAttributes,
  runWorkflowId,
  TASK_QUEUE,
} from '../contracts/index.js';
import type { LedgerDraft, ModelEffect, ModelEvent } from '../monitoring/policy/index.js';
import { controlActivities } from './activity-proxies.js';
import { causeOf } from './failure-cause.js';
import { deployAnsweredSignal, retrainAnsweredSignal } from './messages.js';
import { OrderedWrites } from './ordered-writes.js';
import { queueOrLog } from './queue-review.js';
import { RolloutEffects } from './roll-out.js';
import { runPipeline } from './run-pipeline.js';
import { ChampionSwitch } from './switch-champion.js';

type RecordEffect = Extract<ModelEffect, { kind: 'record' }>;
type PrepareEffect = Extract<ModelEffect, { kind: 'prepare-repairs' }>;

/** Carries out what the reducer decided, and reports back as events. */
export class ModelEffects {
  #underWay = 0;
  readonly #writes = new OrderedWrites((lines) => this.#append(lines));
  readonly #switch: ChampionSwitch;
  readonly #rollout: RolloutEffects;

  constructor(
    private readonly model: string,
    private readonly report: (event: ModelEvent) => void,
  ) {
    this.#switch = new ChampionSwitch(model);
    this.#rollout = new RolloutEffects(model, this.#writes, report);
  }

  /** Effects that have begun and not ended, but for lines of the ledger. */
  get underWay(): number {
    return this.#underWay;
  }

  get allEnded(): boolean {
    return this.#underWay === 0 && this.#writes.linesToWrite === 0;
  }

  begin(effect: ModelEffect): void {
    if (effect.kind === 'record') {
      this.#writes.line(effect.entry);
      return;
    }
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

  async #carryOut(effect: Exclude<ModelEffect, RecordEffect>): Promise<void> {
    switch (effect.kind) {
      case 'switch-champion':
        await this.#writes.allBefore;
        return this.report(await this.#switch.carryOut(effect));
      case 'overtake-switch':
        return this.#switch.overtake(effect.requestId);
      case 'smoke-test':
      case 'move-route':
      case 'overtake-route':
      case 'withdraw-route':
      case 'measure-arms':
      case 'keep-rollout':
        return this.#rollout.carryOut(effect);
      case 'start-retrain':
        return this.report(await this.#startRetrain(effect.request));
      case 'answer-deploy':
        return this.#tell(effect.to, (to) => to.signal(deployAnsweredSignal, effect.answer));
      case 'answer-retrain':
        return this.#tell(effect.to, (to) => to.signal(retrainAnsweredSignal, effect.answer));
      case 'configure-monitor':
        return controlActivities.configureMonitor({ model: this.model });
      case 'cancel-run':
        return controlActivities.cancelRetrain({
          runId: effect.runId,
          by: { actor: effect.actor, reason: effect.reason },
        });
      case 'check-readiness':
        return this.report(await this.#checkReadiness(effect.requestId, effect.version));
      case 'prepare-repairs':
        return this.report(await this.#prepareRepairs(effect));
      case 'begin-repair':
        return this.#writes.inOrder(() => controlActivities.beginRepair(effect));
      case 'lift-repair':
        return this.#writes.inOrder(() => controlActivities.liftRepair(effect));
      case 'ask-for-labels':
        return this.#askForLabels(effect.request);
      case 'raise-alert':
        return controlActivities.raiseAlert({ alert: effect.alert });
    }
  }

  async #append(lines: readonly LedgerDraft[]): Promise<void> {
    try {
      await controlActivities.appendLedger({ entries: lines });
    } catch (error) {
      const keys = lines.map(({ key }) => key);
      log.error('lines of the ledger could not be written', { keys, error: String(error) });
    }
  }

  /** First what is to be labelled, then the people; that nothing could be queued keeps nobody untold. */
  async #askForLabels(request: LabelsRequest): Promise<void> {
    const { model } = this;
    await queueOrLog({ model, window: request.window, asked: true });
    await controlActivities.askForLabels({ model, request });
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
      const { runId, params, retrain } = run;
      const given = { params, ...JSON.parse(JSON.stringify(retrain ?? {})) };
      return { kind: 'retrain-started', requestId, runId, given };
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
