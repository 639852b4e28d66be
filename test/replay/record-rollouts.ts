import { expect } from 'vitest';
import { modelWorkflowId } from '../../contracts/index.js';
import { eventually } from '../support/eventually.js';
import { type Graph, type ModelWorld, promotion, rollback } from '../support/model-world.js';
import { newChampion } from '../support/new-champion.js';
import type { TestStack } from '../support/test-stack.js';
import {
  analyse,
  analysis,
  judged,
  pause,
  spec,
  steer,
  weight,
} from '../workflows/rollout/rollout-specs.js';
import { keepHistory } from './keep-history.js';

/** Histories of rollouts, with no gateway live: one a way in which they end. */
export async function recordRollouts(stack: TestStack, world: ModelWorld): Promise<void> {
  const begin = async (
    model: string,
    rollout: ReturnType<typeof spec>,
    graph: Graph = 'linear',
  ): Promise<void> => {
    await newChampion(world, model);
    const { version } = await world.register(model, graph);
    await world.update(model, 'promote', promotion(version, { rollout }));
  };
  const shown = (model: string, status: string) =>
    eventually(async () => {
      const statuses = (await stack.registry.rollouts(model)).map((rollout) => rollout.status);
      expect(statuses).toContain(status);
    });
  const keep = async (model: string) => {
    await eventually(async () => expect((await world.state(model)).change).toBeNull());
    await keepHistory(stack, `manage-model.${model}`, modelWorkflowId(model));
  };

  await begin('rollout-promoted', spec({ steps: [weight(10), pause(1_000), weight(100)] }));
  await shown('rollout-promoted', 'promoted');
  await keep('rollout-promoted');

  const looks = analysis([judged('errorRate')], { timeoutMs: 2_500 });
  await begin('rollout-no-data', spec({ steps: [weight(10), analyse(looks)] }));
  await shown('rollout-no-data', 'kept-champion');
  await keep('rollout-no-data');

  await begin('rollout-no-smoke', spec({ steps: [weight(10)] }), 'not-onnx');
  await shown('rollout-no-smoke', 'kept-champion');
  await keep('rollout-no-smoke');

  await begin('rollout-steered', spec({ steps: [weight(10), pause(null), weight(20)] }));
  await shown('rollout-steered', 'paused');
  for (const command of ['pause', 'resume', 'abort'] as const) {
    await world.update('rollout-steered', 'steerRollout', steer(command));
  }
  await shown('rollout-steered', 'aborted');
  await keep('rollout-steered');

  await begin('rollout-rolled-back', spec({ steps: [weight(10), pause(null)] }));
  await shown('rollout-rolled-back', 'paused');
  await world.update('rollout-rolled-back', 'rollback', rollback());
  await shown('rollout-rolled-back', 'rolled-back');
  await keep('rollout-rolled-back');

  await begin('rollout-superseded', spec({ steps: [weight(10), pause(null)] }));
  await shown('rollout-superseded', 'paused');
  const { version } = await world.register('rollout-superseded');
  const blueGreen = spec({ strategy: 'blueGreen', keepMs: 1_000 });
  const next = promotion(version, { rollout: blueGreen });
  await world.update('rollout-superseded', 'promote', next);
  await shown('rollout-superseded', 'promoted');
  await eventually(async () => {
    expect((await world.state('rollout-superseded')).rollout).toBeNull();
  });
  await keep('rollout-superseded');
}
