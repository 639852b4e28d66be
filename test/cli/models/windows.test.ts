import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  readWindows,
  seriesNames,
  seriesValue,
  type WindowDocument,
} from '../../../cli/models/windows.js';
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

test('business metrics and feedback are followed by name, through windows that had none', async () => {
  const known = before.at(-1);
  if (known?.measurement == null) throw new Error('the fixture has no measured window');
  await registry.recordMeasurement({
    ...known.measurement,
    version: 3,
    business: { revenue: { count: 4, sum: 50, mean: 12.5, replaced: 0 } },
    feedback: {
      count: 3,
      thumbs: { up: 2, down: 1, shareUp: 2 / 3 },
      score: { count: 0, mean: null },
      tags: [{ tag: 'late', count: 2 }],
      otherTags: 0,
      replaced: 0,
    },
  });
  const windows = await readWindows(registry, MODEL, 10);
  const names = seriesNames(windows).filter((name) => /^(business|feedback)/.test(name));
  const told = windows.find(({ version }) => version === 3);
  if (told === undefined) throw new Error('the window with feedback is there');
  expect(Object.fromEntries(names.map((name) => [name, seriesValue(told, name)]))).toEqual({
    'business.revenue': 12.5,
    'business.revenue.mean': 12.5,
    'business.revenue.sum': 50,
    'business.revenue.count': 4,
    'feedback.score': null,
    'feedback.thumbs': 2 / 3,
    'feedback.count': 3,
    'feedback.tag.late': 2,
    'feedback.tags.late': 2,
  });
  const first = windows[0];
  if (first === undefined) throw new Error('the fixture has windows');
  expect(seriesValue(first, 'business.revenue')).toBeNull();
});
