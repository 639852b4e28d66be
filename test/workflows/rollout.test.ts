import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AnalysisSpec, armOf, type RolloutSpec } from '../../contracts/index.js';
import { eventually } from '../support/eventually.js';
import {
  AS_OF,
  type ModelWorld,
  openModelWorld,
  promotion,
  rollback,
} from '../support/model-world.js';
import { newChampion } from '../support/new-champion.js';
import { startTestStack, type TestProcess, type TestStack } from '../support/test-stack.js';

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

const spec = (over: Partial<RolloutSpec>): RolloutSpec => ({
  strategy: 'canary',
  steps: [],
  analysis: null,
  splitPercent: 50,
  stickyBy: null,
  seed: null,
  whenPassed: 'promote',
  keepMs: 0,
  ...over,
});
const weight = (weightPercent: number) => ({ kind: 'setWeight', weightPercent }) as const;

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
