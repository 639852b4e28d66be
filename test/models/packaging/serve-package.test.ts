import { join } from 'node:path';
import { expect, test } from 'vitest';
import { gatherPackage } from '../../../models/packaging/export-package.js';
import { servePackage } from '../../../models/packaging/serve-package.js';
import { writePackageDirectory } from '../../../models/packaging/write-package.js';
import { transition } from '../registry/sample-records.js';
import { createWorld } from '../serving/serving-fixture.js';
import { registeredVersion, scratchDirectory } from './packaged-world.js';

async function packaged() {
  const { ports, record, world } = await registeredVersion();
  const directory = join(await scratchDirectory(), 'bikes');
  await writePackageDirectory(directory, await gatherPackage(ports, record));
  return { directory, origin: world };
}

test('a package is champion of a state directory of its own, again after a restart', async () => {
  const { directory } = await packaged();
  const world = await createWorld();
  const serve = async () => servePackage(world, directory, await scratchDirectory());
  expect((await serve()).version).toBe(1);
  expect((await serve()).version).toBe(1);
  expect(await world.registry.champion('bikes')).toMatchObject({ version: 1 });
});

test('a package takes the place of no champion that an installation brought into service', async () => {
  const { directory, origin } = await packaged();
  await origin.registry.transition(transition('bikes', 1, 1));
  const serve = servePackage(origin, directory, await scratchDirectory());
  await expect(serve).rejects.toMatchObject({
    type: 'InvalidInput',
    hint: expect.stringContaining('MILLRACE_HOME'),
  });
  expect(await origin.registry.versions('bikes')).toHaveLength(1);
});
