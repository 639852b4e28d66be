import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { closeRun } from '../../../activities/control/close-run.js';
import type { ActivityDeps } from '../../../activities/deps.js';
import type { PlanCache } from '../../../activities/plan-cache.js';
import type { RunContext, StepRecord } from '../../../contracts/index.js';
import { openRegistryWriter } from '../../../models/registry/index.js';
import { compilePipeline } from '../../../pipelines/compile.js';
import { run, step } from '../../models/registry/sample-records.js';

const FILE = 'apiVersion: millrace/v1\nname: slow\nsteps: {fetch: {uses: noop}}\n';
const OVERDUE = { type: 'StepProcessFailed', message: 'all its attempts took longer' } as const;

/** The record of `fetch` after a run in which it failed in the end. */
async function closed(before: Partial<StepRecord>): Promise<StepRecord | null> {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-close-'));
  const registry = await openRegistryWriter(join(directory, 'registry.db'));
  onTestFinished(async () => {
    await registry.close();
    rmSync(directory, { recursive: true });
  });
  const compiled = compilePipeline(FILE, { file: 'slow.yaml', baseDirectory: directory });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.errors));
  const plans: Pick<PlanCache, 'load'> = { load: async () => compiled.plan };
  const record = run('r1');
  await registry.openRun(record);
  await registry.recordStep(step('r1', 'fetch', { outcome: null, ...before }));

  const close = closeRun({ registry } as unknown as ActivityDeps, plans as PlanCache);
  const steps = [{ stepId: 'fetch', status: 'failed', failure: OVERDUE }] as const;
  await close({ run: record as RunContext, status: 'completed', detail: null, steps });
  return registry.step('r1', 'fetch');
}

test('a step that failed keeps the time of its last attempt, however long the run went on', async () => {
  const failure = { type: 'StepProcessFailed', message: 'exit code 1', hint: 'look' } as const;
  expect(await closed({ status: 'failed', failure })).toMatchObject({
    status: 'failed',
    failure,
    endedAt: '2024-01-01T00:00:01.500Z',
    durationMs: 1500.25,
  });
});

test('a step whose attempts ran out of time has failed, and says of what', async () => {
  expect(await closed({ status: 'cancelled' })).toMatchObject({
    status: 'failed',
    failure: OVERDUE,
    durationMs: 1500.25,
  });
});
