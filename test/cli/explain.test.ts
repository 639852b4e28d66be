import { createHash } from 'node:crypto';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { canonicalJson } from '../../contracts/index.js';
import { openRegistryWriter } from '../../models/registry/index.js';
import { diagnose } from '../../monitoring/policy/index.js';
import { createHome } from '../../storage/home/create-home.js';
import { newVersion } from '../models/registry/sample-records.js';
import { LOST, measured, SPEC } from '../monitoring/policy/measured.js';
import { document, millrace } from './millrace.js';

let cwd: string;
const call = (...args: string[]) => millrace(['monitor', 'explain', ...args], { cwd });

/** One decision as the monitor keeps it, and one whose measurement was changed since. */
beforeAll(async () => {
  cwd = await realpath(await mkdtemp(join(tmpdir(), 'millrace-explain-')));
  const home = await createHome(join(cwd, '.millrace'));
  const registry = await openRegistryWriter(home.registryFile);
  await registry.registerVersion('e', { ...newVersion('bike'), monitor: SPEC }, 'test', 'test');
  for (const [day, isDamaged] of [
    ['11', false],
    ['18', true],
  ] as const) {
    const window = { start: '2011-04-04T00:00:00Z', end: `2011-04-${day}T00:00:00Z` };
    const measurement = measured({ version: 1, window, performance: LOST });
    await registry.recordDecision({
      model: 'bike',
      version: 1,
      window,
      verdict: diagnose(measurement, [], SPEC),
      signalled: 'retrain',
      decidedAt: '2026-01-01T00:00:00Z',
      basis: {
        recent: [],
        measurementSha256: createHash('sha256').update(canonicalJson(measurement)).digest('hex'),
        measurement: isDamaged ? { ...measurement, rows: 500 } : measurement,
      },
    });
  }
  await registry.close();
});
afterAll(() => rm(cwd, { recursive: true, force: true }));

it('makes a decision again: measurement, rule, policy, action', async () => {
  const ended = await call('bike@2011-04-11T00:00:00Z');
  expect(ended.code).toBe(0);
  for (const text of ['concept-drift, retrain', 'rule 4', 'retrain after 1 of 1', 'the same']) {
    expect(ended.stdout).toContain(text);
  }
  const json = document<Record<string, unknown>>(await call('bike@2011-04-11', '--json'));
  expect(json).toMatchObject({ same: true, measurement: 'as-judged', differs: [] });
});

it('says when what it was made from is damaged', async () => {
  const ended = await call('bike@2011-04-18', '--json');
  expect(ended.code).toBe(1);
  expect(JSON.parse(ended.stdout)).toMatchObject({ same: false, measurement: 'damaged' });
});

it('names the nearest decisions where there is none, and what a decision is called', async () => {
  const none = await call('bike@2011-04-12');
  expect(none.code).toBe(65);
  expect(none.stderr).toContain('bike@2011-04-11T00:00:00Z');
  expect((await call('bike')).code).toBe(2);
});
