import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkTracking } from '../../../cli/doctor/tracking.js';
import { openRegistryWriter } from '../../../models/registry/index.js';
import { homeLayout } from '../../../storage/home/layout.js';

const SERVER = 'http://127.0.0.1:5000';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'millrace-doctor-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const check = (uri: string) =>
  checkTracking({
    env: { MLFLOW_TRACKING_URI: uri },
    home: homeLayout(directory),
    homeFound: true,
  });

test('doctor says how far MLflow is behind, and what it did not take', async () => {
  expect(await check('')).toMatchObject({
    status: 'ok',
    detail: expect.stringContaining('not set'),
  });
  expect(await check('./mlruns')).toMatchObject({ status: 'warning' });
  const registry = await openRegistryWriter(join(directory, 'registry.db'));
  expect(await check(SERVER)).toMatchObject({ status: 'ok', detail: `${SERVER} has everything` });
  await registry.mirror.mark(SERVER, ['run/1', 'model/bikes']);
  expect(await check(SERVER)).toMatchObject({
    status: 'warning',
    detail: expect.stringMatching(/is behind by 2, since .*: run\/1$/),
  });
  const [first] = await registry.mirror.marks(SERVER, 1);
  if (first === undefined) throw new Error('nothing is marked');
  expect(await registry.mirror.refuse(first, 'it is full')).toBe(true);
  expect(await check(SERVER)).toMatchObject({
    detail: expect.stringMatching(
      /behind by 1, since .*: model\/bikes; it did not take run\/1: it is full$/,
    ),
  });
  const [second] = await registry.mirror.marks(SERVER, 1);
  if (second === undefined) throw new Error('nothing waits');
  await registry.mirror.clear(second);
  expect(await check(SERVER)).toMatchObject({ detail: `${SERVER} did not take run/1: it is full` });
  await registry.close();
});
