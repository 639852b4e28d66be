import { rename } from 'node:fs/promises';
import { expect, onTestFinished, test } from 'vitest';
import { FollowedVersion } from '../../../../models/batch/stream/followed-version.js';
import { createWorld } from '../../serving/serving-fixture.js';

/** A model with a champion that is followed, looked at whenever it is asked. */
async function following(wanted: number | null = null) {
  const world = await createWorld();
  const { registry, artifacts, home } = world;
  await world.promote('rentals', await world.register('rentals', 'linear'));
  const said: string[] = [];
  const followed = new FollowedVersion({
    model: 'rentals',
    wanted,
    registry,
    models: { artifacts },
    features: { artifacts, home, env: {} },
    say: (text) => said.push(text),
    lookMs: 0,
  });
  onTestFinished(() => followed.release());
  /** A champion whose graph is not there yet; what brings it. */
  const promoteAbsent = async () => {
    const number = await world.register('rentals', 'linear-plus-1000');
    const onnx = (await registry.version('rentals', number))?.content.onnx;
    if (onnx === undefined || onnx === null) throw new Error('it has no graph');
    const path = await artifacts.localPath(onnx);
    await rename(path, `${path}.away`);
    await world.promote('rentals', number);
    return () => rename(`${path}.away`, path);
  };
  return { ...world, followed, said, promoteAbsent };
}

const answers = async ({ followed }: { readonly followed: FollowedVersion }) => {
  const { version, model } = await followed.take();
  return [version, (await model.predict([{ a: 1, b: 1 }])).predictions[0]];
};

test('a new champion that cannot be opened leaves the one before in its place, and is tried again', async () => {
  const world = await following();
  expect(await answers(world)).toEqual([1, 3]);
  const bring = await world.promoteAbsent();
  // However often it is looked at, it is said once.
  expect(await answers(world)).toEqual([1, 3]);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(await answers(world)).toEqual([1, 3]);
  expect(world.said).toEqual([
    expect.stringMatching(/^version 1 of rentals goes on: version 2 cannot be opened: artifact .+/),
  ]);
  await bring();
  await expect.poll(() => answers(world)).toEqual([2, 1003]);
  expect(world.said.slice(1)).toEqual(['version 2 of rentals is asked, as it should be']);
});

test('without a champion any more, the one before goes on', async () => {
  const world = await following();
  await world.followed.take();
  await world.promote('rentals', null);
  expect(await answers(world)).toEqual([1, 3]);
  expect(world.said).toEqual([
    'version 1 of rentals goes on: what to ask is not known: model rentals has no champion',
  ]);
});

test('the first one must be there, and one of a number is kept', async () => {
  const world = await following(2);
  await expect(world.followed.take()).rejects.toMatchObject({ type: 'NotFound' });
  await world.register('rentals', 'linear-plus-1000');
  expect(await answers(world)).toEqual([2, 1003]);
  expect(world.said).toEqual([]);
});
