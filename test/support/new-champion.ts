import { expect } from 'vitest';
import { eventually } from './eventually.js';
import { type ModelWorld, noopPipeline, promotion } from './model-world.js';

/** Promotes a new version of this graph and waits until it is champion. */
export async function newChampion(
  world: ModelWorld,
  model: string,
  yaml = noopPipeline(model),
): Promise<number> {
  const { version } = await world.register(model, 'linear', yaml);
  await world.update(model, 'promote', promotion(version));
  await eventually(async () => {
    expect((await world.state(model)).champion?.version).toBe(version);
    expect((await world.state(model)).change).toBeNull();
  });
  return version;
}
