import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { openRegistryWriter } from '../../../models/registry/index.js';
import { catchUp, trackingTarget } from '../../../models/tracking/index.js';
import { createLocalArtifactStore } from '../../../storage/artifacts/local-store.js';

test('what cannot be told at all keeps nothing behind it from being told, and stays in line', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-catch-up-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const registry = await openRegistryWriter(join(directory, 'registry.db'));
  onTestFinished(() => registry.close());
  const target = trackingTarget({ MLFLOW_TRACKING_URI: 'http://127.0.0.1:9' });
  if (target === null) throw new Error('no target');
  // As a later release may have marked it; and a run that is gone, of which there is nothing to tell.
  await registry.mirror.mark(target.name, ['dashboard/7', 'run/gone']);
  const deps = {
    registry,
    artifacts: createLocalArtifactStore(join(directory, 'artifacts')),
    logger: pino({ level: 'silent' }),
    curve: async () => [],
  };
  await expect(catchUp(deps, target, new AbortController().signal)).rejects.toMatchObject({
    type: 'ServiceUnavailable',
    message: 'dashboard/7: the mirror knows no subject dashboard/7',
  });
  const left = await registry.mirror.marks(target.name, 10);
  expect(left.map(({ subject }) => subject)).toEqual(['dashboard/7']);
});
