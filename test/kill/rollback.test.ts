import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { type ModelWorld, openModelWorld, promotion, rollback } from '../support/model-world.js';
import { newChampion } from '../support/new-champion.js';
import { startTestStack, type TestProcess, type TestStack } from '../support/test-stack.js';
import { killSeeds, randomFrom } from './random.js';

let stack: TestStack;
let world: ModelWorld;
let worker: TestProcess;
beforeAll(async () => {
  stack = await startTestStack();
  world = await openModelWorld(stack);
  worker = await stack.startWorker();
});
afterAll(async () => {
  await world.close();
  await stack.close();
});

/** Activities of the saga, in their order; the second `moveAlias` is the compensation. */
const STEPS = [
  { step: 'chooseEarlierChampion', nth: 1, fails: false },
  { step: 'checkVersion', nth: 1, fails: false },
  { step: 'moveAlias', nth: 1, fails: false },
  { step: 'confirmServed', nth: 1, fails: false },
  { step: 'configureMonitor', nth: 1, fails: false },
  { step: 'confirmServed', nth: 1, fails: true },
  { step: 'moveAlias', nth: 2, fails: true },
  { step: 'confirmServed', nth: 2, fails: true },
] as const;
type SagaStep = (typeof STEPS)[number];

/** Where the saga is to fail, no gateway can load the version that it returns to. */
async function prepare(model: string, { fails }: SagaStep): Promise<void> {
  const { version } = await world.register(model, fails ? 'not-onnx' : 'linear');
  await world.update(model, 'promote', promotion(version));
  await newChampion(world, model);
}

/** How often the activity was scheduled since the model's workflow had this many events. */
async function scheduledSince(model: string, step: string, events: number): Promise<number> {
  const history = await world.handle(model).fetchHistory();
  const scheduled = (history.events ?? [])
    .slice(events)
    .map((event) => event.activityTaskScheduledEventAttributes?.activityType?.name);
  return scheduled.filter((name) => name === step).length;
}

async function eventsOf(model: string): Promise<number> {
  return ((await world.handle(model).fetchHistory()).events ?? []).length;
}

it.each(killSeeds(1))(
  'leaves a rollback whole or taken back, wherever the worker is killed (seed %i)',
  async (seed) => {
    const random = randomFrom(seed);
    // Two seeds that follow one another meet every step.
    const steps = STEPS.filter((_, index) => index % 2 === seed % 2);
    const nameOf = (index: number) => `saga-${seed}-${index}`;
    await Promise.all(steps.map((step, index) => prepare(nameOf(index), step)));
    const gateway = await stack.startGateway();
    await eventually(async () => {
      const [lease] = await stack.registry.leases();
      for (const index of steps.keys()) expect(lease?.servedVersions[nameOf(index)]).toBe(2);
    });
    const begin = async (index: number): Promise<number> => {
      const before = await eventsOf(nameOf(index));
      await world.update(nameOf(index), 'rollback', rollback());
      return before;
    };
    // Those that fail wait half a minute for the gateway: they begin together, and first.
    const begun = new Map<number, number>();
    for (const [index, { fails }] of steps.entries()) {
      if (fails) begun.set(index, await begin(index));
    }
    for (const [index, { step, nth }] of steps.entries()) {
      const before = begun.get(index) ?? (await begin(index));
      await eventually(async () => {
        expect(await scheduledSince(nameOf(index), step, before)).toBeGreaterThanOrEqual(nth);
      }, 60_000);
      await wait(random() * 40);
      await worker.end('SIGKILL');
      worker = await stack.startWorker();
    }

    for (const [index, { fails }] of steps.entries()) {
      const model = nameOf(index);
      const champion = fails ? 2 : 1;
      await eventually(async () => {
        expect(await world.state(model)).toMatchObject({
          champion: { version: champion },
          change: null,
        });
      }, 90_000);
      const story = ['promoted none→1', 'promoted 1→2', 'rolled-back 2→1'];
      expect(await world.story(model)).toEqual(fails ? [...story, 'compensated 1→2'] : story);
      expect(await stack.registry.champion(model)).toMatchObject({
        version: champion,
        transition: story.length + (fails ? 1 : 0),
      });
      await eventually(async () => {
        const [lease] = await stack.registry.leases();
        expect(lease?.servedVersions[model]).toBe(champion);
      });
    }
    await gateway.end('SIGTERM');
  },
  240_000,
);
