import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readWindows, type WindowDocument } from '../../../cli/models/windows.js';
import { openRegistryWriter, type RegistryWriter } from '../../../models/registry/index.js';
import { fillHome, MODEL } from '../registry-fixture.js';

let directory: string;
let registry: RegistryWriter;
let before: readonly WindowDocument[];
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'millrace-windows-'));
  registry = await openRegistryWriter((await fillHome(directory)).registryFile);
  before = await readWindows(registry, MODEL, 10);
});
afterAll(async () => {
  await registry.close();
  await rm(directory, { recursive: true, force: true });
});

test('a verdict stands beside the version that was judged, and beside no other', async () => {
  const judged = before.at(-1);
  if (judged?.measurement == null) throw new Error('the fixture has no measured window');
  await registry.recordMeasurement({ ...judged.measurement, version: 1, rows: 2 });
  const windows = await readWindows(registry, MODEL, 10);
  const last = windows.filter(({ window }) => window.end === judged.window.end);
  expect(last.map(({ version, rows }) => ({ version, rows }))).toEqual([
    { version: 1, rows: 2 },
    { version: 2, rows: 168 },
  ]);
  expect(last[0]).toMatchObject({ verdict: null, signalled: null, judged: 2 });
  expect(last[1]).toMatchObject({ verdict: judged.verdict, signalled: 'retrain', judged: 2 });
});

test('a window that could not be measured is shown by its decision', async () => {
  const judged = before.at(-1);
  if (judged?.verdict == null) throw new Error('the fixture has no decided window');
  const window = { start: '2011-09-02T00:00:00Z', end: '2011-09-09T00:00:00Z' };
  await registry.recordDecision({
    model: MODEL,
    version: 2,
    window,
    verdict: { ...judged.verdict, kind: 'unknown', action: 'alert' },
    signalled: null,
    decidedAt: '2011-09-10T00:00:00Z',
  });
  const last = (await readWindows(registry, MODEL, 10)).at(-1);
  expect(last).toMatchObject({ window, version: 2, rows: 0, measurement: null });
  expect(last?.verdict?.kind).toBe('unknown');
});
