import type { Client } from '@temporalio/client';
import { deployRequest } from '../../activities/control/request-deploy.js';
import { prepareRetrain } from '../../activities/control/retrain.js';
import type { ActivityDeps } from '../../activities/deps.js';
import {
  type Automation,
  type BacktestEvent,
  type ChangeRequest,
  formatEventTime,
  type GuardSpec,
  isMillraceError,
  type LedgerEntry,
  type ResponseRequest,
  type RetrainRequest,
  type RunPipelineInput,
} from '../../contracts/index.js';
import {
  emptyState,
  type ModelEffect,
  type ModelEvent,
  type ModelState,
  reduce,
} from '../../monitoring/policy/index.js';
import { simulatedPredictions } from '../history/simulated-predictions.js';
import { Timeline } from '../history/timeline.js';
import { simulated } from '../stores/simulated.js';
import { SimulatedRegistry } from '../stores/simulated-registry.js';
import type { Strategy } from '../strategies/strategy.js';
import {
  type PipelineRunEnd,
  runPipelineAt,
  type TrainingWorld,
} from '../training/pipeline-run.js';
import type { SimulatedClock } from './clock.js';
import { simulateSwitch } from './simulated-switch.js';
import type { ReplayWorld } from './world.js';

/**
 * A model's production state on the simulated clock: the reducer of `manageModel`, whose effects are
 * carried out at once. Trainings are real; gateways are not there, so that switches go unconfirmed.
 */
export class SimulatedModel {
  readonly timeline: Timeline;
  readonly registry: SimulatedRegistry;
  readonly deps: ActivityDeps;
  readonly events: BacktestEvent[] = [];
  trainingSeconds = 0;
  #state: ModelState;
  #runs = 0;

  constructor(
    private readonly world: ReplayWorld,
    private readonly strategy: Strategy,
    private readonly clock: SimulatedClock,
  ) {
    const { plan } = world.pipeline;
    this.#state = {
      ...emptyState(plan.model),
      guards: this.#guards(),
      automation: this.#automation(),
    };
    this.timeline = new Timeline(world.history);
    this.registry = new SimulatedRegistry(plan.model, () => clock.now());
    const predictions = simulatedPredictions({
      history: world.history,
      answers: world.answers,
      timeline: this.timeline,
      startMs: world.startMs,
      labelDelayMs: strategy.monitor.labels.delayMs,
      nowMs: () => clock.ms,
      target: () => this.registry.version(1).content.target,
      version: (number) => this.registry.version(number),
    });
    this.deps = {
      home: world.home,
      registry: this.registry.port,
      artifacts: world.artifacts,
      predictions,
      processes: world.processes,
      python: world.python,
      temporal: simulated<Client>('Temporal client', {}),
      logger: world.logger,
    };
  }

  get state(): ModelState {
    return this.#state;
  }

  /** The model that every strategy begins with. Its end is the backtest's own problem. */
  async trainFirst(): Promise<PipelineRunEnd> {
    const { pipeline } = this.world;
    const run = await this.#inputOf({
      params: pipeline.params,
      asOf: formatEventTime(this.world.startMs),
      trigger: { kind: 'manual', actor: 'backtest', reason: 'the first model' },
    });
    const end = await this.#run(run);
    // What is there before the replay begins costs every strategy the same.
    this.trainingSeconds = 0;
    return end;
  }

  async ask(request: ResponseRequest): Promise<void> {
    switch (request.kind) {
      case 'retrain':
        return this.handle({ kind: 'retrain-requested', request });
      case 'rollback':
        return this.handle({ kind: 'change-requested', request });
      case 'repair':
        return this.handle({ kind: 'repair-requested', request });
      case 'askForLabels':
        return this.handle({ kind: 'labels-requested', request });
    }
  }

  /** The simulated clock went on: what waited for it goes on too. */
  async timePassed(): Promise<void> {
    await this.handle({ kind: 'time-passed' });
  }

  /** Reduces an event and all that its effects report. */
  async handle(event: ModelEvent): Promise<void> {
    const { state, effects } = reduce(this.#state, event, this.clock.ms);
    this.#state = state;
    for (const effect of effects) await this.#carryOut(effect);
  }

  async #carryOut(effect: ModelEffect): Promise<void> {
    switch (effect.kind) {
      case 'switch-champion':
        return this.#switch(effect);
      case 'start-retrain':
        return this.#retrain(effect.request);
      case 'record':
        return this.#record(effect.entry);
      case 'check-readiness':
        // Whoever would have to approve is not there: it waits.
        return this.handle({ kind: 'readiness-checked', requestId: effect.requestId, missing: [] });
      case 'prepare-repairs':
        return this.handle({
          kind: 'repairs-prepared',
          request: effect.request,
          repairs: [],
          problem: 'no gateway is there to repair in a backtest',
        });
      default:
        // Answers, the monitor's configuration, notices: nobody is there to take them.
        return;
    }
  }

  async #switch(effect: Extract<ModelEffect, { kind: 'switch-champion' }>): Promise<void> {
    const { ended, moved } = await simulateSwitch(this.deps, this.#state.model, effect);
    if (moved !== null) {
      const { request, to, transition } = moved.change;
      this.registry.moveAlias(to, transition, request.asOf);
      this.registry.append({ ...moved.entry, at: this.clock.now() });
      this.timeline.switch(to, this.clock.ms);
      this.events.push({
        kind: request.kind === 'rollback' ? 'rollback' : 'promotion',
        at: this.clock.now(),
        champion: to,
        reason: request.reason,
      });
    }
    await this.handle({ ...ended, guards: this.#guards(), automation: this.#automation() });
  }

  #record(entry: Omit<LedgerEntry, 'at'>): void {
    this.registry.append({ ...entry, at: this.clock.now() });
    const kind = EVENT_OF[entry.action];
    if (kind === undefined) return;
    const champion = this.#state.champion?.version ?? null;
    const guard = entry.evidence['guard'];
    this.events.push({
      kind,
      at: this.clock.now(),
      champion,
      reason: entry.reason,
      ...(kind === 'held' && typeof guard === 'string' && { guard }),
    });
  }

  async #retrain(request: RetrainRequest): Promise<void> {
    const { requestId } = request;
    let run: RunPipelineInput;
    try {
      const { plan } = this.world.pipeline;
      const prepared = await prepareRetrain(
        this.deps,
        this.world.plans,
      )({ model: plan.model, request });
      run = await this.#inputOf(prepared);
    } catch (error) {
      if (!isMillraceError(error)) throw error;
      return this.handle({ kind: 'retrain-not-started', requestId, detail: error.message });
    }
    await this.handle({ kind: 'retrain-started', requestId, runId: run.runId });
    const { status, detail } = await this.#run(run);
    if (status !== 'completed') {
      const kind = status === 'rejected' ? 'kept' : 'failure';
      const champion = this.#state.champion?.version ?? null;
      this.events.push({ kind, at: this.clock.now(), champion, reason: detail });
    }
    await this.handle({ kind: 'pipeline-ended', ended: { runId: run.runId, status } });
  }

  async #run(run: RunPipelineInput): Promise<PipelineRunEnd> {
    const { world, strategy, clock } = this;
    const plan = strategy.ignoresGates ? withoutGates(world.pipeline.plan) : world.pipeline.plan;
    const training: TrainingWorld = {
      deps: this.deps,
      results: world.results,
      history: world.history,
      historySteps: world.historySteps,
      processes: world.places,
      signal: world.signal,
      release: world.release,
    };
    const asOfMs = Date.parse(run.asOf);
    const end = await runPipelineAt(training, {
      plan,
      run,
      // Rows before the request's own time, whose label has come by now.
      knownMs: Math.min(asOfMs, clock.ms - strategy.monitor.labels.delayMs + 1),
      monitor: strategy.decides ? strategy.monitor : null,
    });
    this.trainingSeconds += end.trainingSeconds;
    if (end.deploy === null) return end;
    const { task, version, isExempt } = end.deploy;
    const request = deployRequest(task, version, '', isExempt);
    const asked: ChangeRequest = {
      ...request,
      answerTo: null,
      // As a person does who takes every version.
      ...(strategy.ignoresGates && { kind: 'promote' }),
    };
    await this.handle({ kind: 'change-requested', request: asked });
    return end;
  }

  /** The same run under a name that follows from the replay alone: it may be read by expressions. */
  async #inputOf(
    given: Pick<RunPipelineInput, 'params' | 'asOf' | 'trigger' | 'retrain'>,
  ): Promise<RunPipelineInput> {
    const { plan, planHash, baseDirectory } = this.world.pipeline;
    const runId = `${this.world.id}-${this.strategy.name}-${this.#runs}`;
    this.#runs += 1;
    return {
      runId,
      pipeline: plan.name,
      model: plan.model,
      plan: await this.world.putPlan({ ...plan, monitor: this.strategy.monitor }),
      planHash,
      baseDirectory,
      params: given.params,
      asOf: given.asOf,
      trigger: given.trigger,
      ...(given.retrain !== undefined && { retrain: given.retrain }),
      gateOverrides: {},
    };
  }

  /** A cadence retrains whatever came of the last time: that is what it is compared for. */
  #guards(): GuardSpec | null {
    return this.strategy.decides ? this.strategy.monitor.respond.guards : null;
  }

  #automation(): Automation {
    const { decides, monitor } = this.strategy;
    return decides ? (monitor.respond.automation ?? 'full') : 'full';
  }
}

const EVENT_OF: { readonly [action: string]: BacktestEvent['kind'] | undefined } = {
  'retrain-started': 'retrain',
  'retrain-held': 'held',
  'kept-as-challenger': 'kept',
  'rollback-refused': 'held',
  'approval-requested': 'held',
  waiting: 'held',
};

function withoutGates<Plan extends ReplayWorld['pipeline']['plan']>(plan: Plan): Plan {
  return { ...plan, steps: plan.steps.map((step) => ({ ...step, gate: null })) };
}
