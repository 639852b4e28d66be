import { expect } from 'vitest';
import { type ModelState, stateFromLedger } from '../../../monitoring/policy/index.js';
import { eventually } from '../../support/eventually.js';
import { type ModelWorld, pipelineOf } from '../../support/model-world.js';
import type { TestProcess, TestStack } from '../../support/test-stack.js';
import type { ModelSystem, Observed, Sent } from './system.js';

/** A model on the real server, with a worker that may be killed. */
export class ModelOnServer implements ModelSystem {
  readonly #sent: { requestId: string; name: string }[] = [];

  constructor(
    private readonly stack: TestStack,
    private readonly world: ModelWorld,
    private readonly model: string,
    private readonly worker: { current: TestProcess },
  ) {}

  async register(automation: ModelState['automation']): Promise<number> {
    const yaml = watched(this.model, automation);
    return (await this.world.register(this.model, 'linear', yaml)).version;
  }

  async champion(): Promise<number | null> {
    return (await this.stack.registry.champion(this.model))?.version ?? null;
  }

  async killWorker(): Promise<void> {
    await this.worker.current.end('SIGKILL');
    this.worker.current = await this.stack.startWorker();
  }

  async send(sent: Sent): Promise<void> {
    if ('requestId' in sent.message && sent.name !== 'approve') {
      this.#sent.push({ requestId: sent.message.requestId ?? '', name: sent.name });
    }
    switch (sent.name) {
      case 'requestDeploy':
      case 'rollback':
      case 'retrain':
      case 'repair':
        return this.world.signal(this.model, sent.name, sent.message);
      default:
        await this.world.update(this.model, sent.name, sent.message);
    }
  }

  /** Waits until every message was reduced, every effect has ended and its line is written. */
  async observe(): Promise<Observed> {
    const { model, world, stack } = this;
    if (this.#sent.length === 0) await world.update(model, 'pause', NO_PAUSE);
    let observed: Observed | null = null;
    await eventually(async () => {
      const state = await world.state(model);
      const { change, waiting, retrain, repairing, pending } = state;
      expect(state.counts.received).toBe(this.#sent.length);
      expect({ change, waiting, retrain, repairing }).toEqual({
        change: null,
        waiting: [],
        retrain: null,
        repairing: [],
      });
      expect(pending.filter(({ waitsFor }) => waitsFor === 'readiness')).toEqual([]);
      const ledger = (await stack.registry.ledger(model)).filter(
        ({ action }) => action !== 'registered',
      );
      // Lines are written after the state that they tell of.
      const told = stateFromLedger(model, ledger, state.guards, state.automation);
      expect(told.ineffectiveRetrains).toBe(state.ineffectiveRetrains);
      expect(told.pending).toEqual(state.pending);
      expect(told.repairs).toEqual(state.repairs);
      const champion = await this.champion();
      const look = await stack.registry.monitorLook(model);
      expect(look?.version ?? null).toBe(champion);
      observed = { state, ledger, champion, watched: look?.version ?? null, sent: this.#sent };
    });
    if (observed === null) throw new Error(`${model} did not come to rest`);
    return observed;
  }
}

const NO_PAUSE = { actor: 'test', reason: 'to start it', asOf: '2011-07-01T00:00:00Z' };

function watched(model: string, automation: ModelState['automation']): string {
  const monitor = [
    'monitor:',
    '  time: hour',
    '  window: { every: 1d, minRows: 10 }',
    '  respond:',
    `    automation: ${automation}`,
    '    guards: { cooldown: 1h, maxRetrains: 50 per 30d, stopAfterIneffective: 5 }',
  ].join('\n');
  return pipelineOf(model, { nothing: '{uses: noop}' }, monitor);
}
