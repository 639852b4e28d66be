import { expect } from 'vitest';
import type { ModelState } from '../../../monitoring/policy/index.js';
import { eventually } from '../../support/eventually.js';
import { type ModelWorld, pipelineOf } from '../../support/model-world.js';
import type { TestProcess, TestStack } from '../../support/test-stack.js';
import { violations } from './invariants.js';
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

  /**
   * Waits until every message was reduced, every effect has ended and what it writes is written: a
   * line of the ledger comes a moment after the state that it tells of.
   */
  async observe(): Promise<Observed> {
    const { model, world } = this;
    if (this.#sent.length === 0) await world.update(model, 'pause', NO_PAUSE);
    let last: Observed | null = null;
    const atRest = eventually(async () => {
      const observed = await this.#look();
      const { counts, change, waiting, retrain, repairing, pending } = observed.state;
      expect(counts.received).toBe(this.#sent.length);
      expect({ change, waiting, retrain, repairing }).toEqual({
        change: null,
        waiting: [],
        retrain: null,
        repairing: [],
      });
      expect(pending.filter(({ waitsFor }) => waitsFor === 'readiness')).toEqual([]);
      last = observed;
      expect(violations(observed)).toEqual([]);
    });
    await atRest.catch((error: unknown) => {
      if (last === null) throw error;
    });
    if (last === null) throw new Error(`${model} did not come to rest`);
    return last;
  }

  async #look(): Promise<Observed> {
    const { model, world, stack } = this;
    const state = await world.state(model);
    const ledger = await stack.registry.ledger(model);
    const look = await stack.registry.monitorLook(model);
    return {
      state,
      ledger: ledger.filter(({ action }) => action !== 'registered'),
      champion: await this.champion(),
      watched: look?.version ?? null,
      sent: this.#sent,
    };
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
