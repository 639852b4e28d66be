import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { type ModelWorld, openModelWorld, promotion } from '../../support/model-world.js';
import { newChampion } from '../../support/new-champion.js';
import { startTestStack, type TestStack } from '../../support/test-stack.js';
import { spec, weight } from './rollout-specs.js';

let stack: TestStack;
let world: ModelWorld;
beforeAll(async () => {
  stack = await startTestStack();
  world = await openModelWorld(stack);
  await stack.startWorker();
});
afterAll(async () => {
  await world.close();
  await stack.close();
});

describe('with no gateway live', () => {
  it('moves a canary through its weights and promotes it', async () => {
    await newChampion(world, 'through');
    const { version } = await world.register('through');
    const rollout = spec({ steps: [weight(10), weight(50), weight(100)] });
    await world.update('through', 'promote', promotion(version, { rollout }));
    await eventually(async () => {
      expect(await world.story('through')).toEqual([
        'promoted none→1',
        'rollout-started 1→2',
        'weight-moved 1→2',
        'weight-moved 1→2',
        'weight-moved 1→2',
        'promoted 1→2',
      ]);
    });
    expect(await stack.registry.routes()).toEqual([]);
    await eventually(async () => {
      expect((await stack.registry.rollouts('through'))[0]).toMatchObject({ status: 'promoted' });
      expect(await world.state('through')).toMatchObject({ rollout: null, route: 4 });
    });
  });
});
