import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { isWholeRoute } from '../../contracts/index.js';
import { eventually } from '../support/eventually.js';
import { type ModelWorld, openModelWorld, promotion, rollback } from '../support/model-world.js';
import { newChampion } from '../support/new-champion.js';
import { startTestStack, type TestProcess, type TestStack } from '../support/test-stack.js';
import { pause, spec, steer, weight } from '../workflows/rollout/rollout-specs.js';
import { killSeeds, randomFrom } from './random.js';

vi.setConfig({ testTimeout: 240_000 });

let stack: TestStack;
let world: ModelWorld;
let worker: TestProcess;
beforeAll(async () => {
  stack = await startTestStack();
  world = await openModelWorld(stack);
  [worker] = await Promise.all([stack.startWorker(), stack.startGateway(), stack.startGateway()]);
});
afterAll(async () => {
  await world.close();
  await stack.close();
});

/** Around smoke request, each move of the weights, promotion, and the way back. */
const LONGEST_BEFORE_KILL_MS = 4_000;
const steps = [weight(10), pause(200), weight(60), pause(200), weight(90)];

it.each(killSeeds(3))(
  'a rollout ends as it was asked to when the worker is killed in it (seed %i)',
  async (seed) => {
    const random = randomFrom(seed);
    const model = `killed-${seed}`;
    const first = await newChampion(world, model);
    const { version } = await world.register(model);
    await world.update(model, 'promote', promotion(version, { rollout: spec({ steps }) }));
    const ending = (['goes on', 'rollback', 'abort'] as const)[seed % 3] ?? 'goes on';
    const isOver = watch(model);

    await wait(random() * LONGEST_BEFORE_KILL_MS);
    if (ending === 'rollback') await world.signal(model, 'rollback', rollback({ blames: first }));
    if (ending === 'abort') await world.update(model, 'steerRollout', steer('abort'));
    await worker.end('SIGKILL');
    worker = await stack.startWorker();

    await eventually(async () => {
      expect((await stack.registry.rollouts(model))[0]?.endedAt).not.toBeNull();
      expect(await world.state(model)).toMatchObject({ rollout: null, change: null, waiting: [] });
      expect((await stack.registry.routes()).filter((route) => route.model === model)).toEqual([]);
      const leases = await stack.registry.leases();
      expect(leases.map(({ routes }) => routes?.[model])).toEqual([undefined, undefined]);
    }, 120_000);
    expect(await isOver()).toEqual([]);
    const [rollout] = await stack.registry.rollouts(model);
    const champion = (await stack.registry.champion(model))?.version;
    expect(champion).toBe(rollout?.status === 'promoted' ? version : first);
    // A person's word that came after the promotion finds nothing to end.
    if (ending === 'goes on') expect(rollout?.status).toBe('promoted');
    const moves = (await stack.registry.ledger(model)).filter(({ key }) =>
      key.startsWith('transition/'),
    );
    expect(moves.map(({ key }) => Number(key.split('/').at(-1)))).toEqual(
      moves.map((_, index) => index + 1),
    );
    expect(moves.at(-1)?.to).toBe(champion);
    const routes = (await world.ledger(model, 'weight-moved')).map(({ key }) => key);
    expect(new Set(routes).size).toBe(routes.length);
  },
);

/** Looks at the model without a pause; what it gives tells what was wrong at some moment. */
function watch(model: string): () => Promise<readonly string[]> {
  const wrong: string[] = [];
  let goesOn = true;
  const watching = (async () => {
    while (goesOn) {
      const route = (await stack.registry.routes()).find((one) => one.model === model);
      if (route !== undefined && !isWholeRoute(route)) wrong.push(JSON.stringify(route));
      if ((await stack.registry.champion(model)) === null) wrong.push('no champion');
      await wait(20);
    }
  })();
  return async () => {
    goesOn = false;
    await watching;
    return wrong;
  };
}
