import { readFileSync, writeFileSync } from 'node:fs';
import { createClient } from '@libsql/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MESSAGE, monitorWorkflowId } from '../../contracts/index.js';
import { createLocalArtifactStore } from '../../storage/artifacts/local-store.js';
import type { WatchState } from '../../workflows/watch-model.js';
import { eventually } from '../support/eventually.js';
import { startTestStack, type TestProcess, type TestStack } from '../support/test-stack.js';
import {
  checkNow,
  closeDay,
  decisions,
  FOUND_WHEN_BROKEN,
  serveDays,
  TRAINING_DAYS,
  watchedPipeline,
  writeTrainingData,
} from './watched-model.js';

let stack: TestStack;
let worker: TestProcess;
let gateway: TestProcess;
beforeAll(async () => {
  stack = await startTestStack();
  [worker, gateway] = await Promise.all([stack.startWorker(), stack.startGateway()]);
  writeTrainingData(stack);
});
afterAll(() => stack.close());

/** Version 1 of the model, trained, deployed and served. */
async function deployed(model: string): Promise<void> {
  const run = await stack.startRun(watchedPipeline(model));
  expect(await stack.result(run)).toMatchObject({ status: 'completed' });
  await eventually(async () => {
    const [lease] = await stack.registry.leases();
    expect(lease?.servedVersions[model]).toBe(1);
  });
}

/** What each window was found to be, by its first day. */
async function findings(model: string, count: number): Promise<readonly string[]> {
  const found = await decisions(stack, model, count);
  return found.map(({ window, verdict, signalled }) =>
    [window.start.slice(0, 10), verdict.kind, verdict.action, signalled ?? '-'].join(' '),
  );
}

it('decides each closed window once, and signals once enough of them agree', async () => {
  const model = 'watched';
  await deployed(model);
  await serveDays(gateway, model, TRAINING_DAYS, 1);
  await closeDay(gateway, model, TRAINING_DAYS);
  await checkNow(stack, model);
  expect(await findings(model, 1)).toEqual(['2011-01-15 ok none -']);

  await serveDays(gateway, model, TRAINING_DAYS + 1, 2, true);
  await closeDay(gateway, model, TRAINING_DAYS + 2);
  // Asked more often than there are windows.
  for (let i = 0; i < 5; i += 1) await checkNow(stack, model);
  expect(await findings(model, 3)).toEqual(FOUND_WHEN_BROKEN);
  await eventually(async () => {
    const actions = (await stack.registry.ledger(model)).map(({ action }) => action);
    expect(actions).toContain('retrain-ended');
  });
  const retrains = (await stack.registry.ledger(model)).filter(
    ({ action }) => action === 'retrain-started',
  );
  expect(retrains).toHaveLength(1);
  expect(retrains[0]).toMatchObject({
    asOf: '2011-01-18T00:00:00Z',
    actor: 'monitor',
    evidence: { version: 1, verdict: 'concept-drift' },
  });
  expect(await stack.registry.decisions(model)).toHaveLength(3);
  expect((await stack.registry.runs({ model })).map(({ trigger }) => trigger.kind)).toEqual([
    'retrain',
    'manual',
  ]);
});

it('takes errors through a detector from window to window, though its worker is killed between', async () => {
  const model = 'detected';
  const run = await stack.startRun(
    watchedPipeline(model, 'drift: { concept: { detector: page-hinkley }, labels: {} }'),
  );
  expect(await stack.result(run)).toMatchObject({ status: 'completed' });
  await eventually(async () => {
    const [lease] = await stack.registry.leases();
    expect(lease?.servedVersions[model]).toBe(1);
  });
  await serveDays(gateway, model, TRAINING_DAYS, 2);
  await closeDay(gateway, model, TRAINING_DAYS + 1);
  await checkNow(stack, model);
  expect(await findings(model, 2)).toEqual(['2011-01-15 ok none -', '2011-01-16 ok none -']);

  await worker.end('SIGKILL');
  worker = await stack.startWorker();
  await serveDays(gateway, model, TRAINING_DAYS + 2, 2, true);
  await closeDay(gateway, model, TRAINING_DAYS + 3);
  await checkNow(stack, model);
  expect(await findings(model, 4)).toEqual([
    '2011-01-15 ok none -',
    '2011-01-16 ok none -',
    '2011-01-17 concept-drift none -',
    '2011-01-18 concept-drift retrain retrain',
  ]);
  await eventually(async () => {
    const ledger = await stack.registry.ledger(model);
    // Cut at the first hour of the world that changed.
    expect(ledger.find(({ action }) => action === 'retrain-started')?.evidence).toMatchObject({
      verdict: 'concept-drift',
      changedFrom: '2011-01-17T00:00:00Z',
    });
  });
  const measured = await stack.registry.measurements(model);
  expect(measured.map(({ concept, labelDrift }) => [concept?.rows, labelDrift?.verdict])).toEqual([
    [24, 'no-drift'],
    [24, 'no-drift'],
    [24, 'drift'],
    [24, 'drift'],
  ]);
});

it('has an alert for a window that cannot be measured, and goes on', async () => {
  const model = 'unmeasured';
  await deployed(model);
  const profile = (await stack.registry.version(model, 1))?.profile ?? null;
  if (profile === null) throw new Error('the version has no profile');
  const file = await createLocalArtifactStore(stack.home.artifactsDir).localPath(profile);
  const whole = readFileSync(file);
  writeFileSync(file, 'damaged');
  await serveDays(gateway, model, TRAINING_DAYS, 1);
  await closeDay(gateway, model, TRAINING_DAYS);
  await checkNow(stack, model);
  const [alert] = await decisions(stack, model, 1);
  expect(alert).toMatchObject({
    version: 1,
    verdict: { kind: 'unknown', action: 'alert' },
    signalled: null,
  });
  expect(alert?.verdict.reason).toContain('could not be measured');

  writeFileSync(file, whole);
  await serveDays(gateway, model, TRAINING_DAYS + 1, 1);
  await closeDay(gateway, model, TRAINING_DAYS + 1);
  await checkNow(stack, model);
  expect((await findings(model, 2)).at(-1)).toBe('2011-01-16 ok none -');
});

it('decides once though its worker is killed between measuring and recording', async () => {
  const model = 'interrupted';
  await deployed(model);
  const monitor = stack.temporal.client.workflow.getHandle(monitorWorkflowId(model));
  const measuring = async (): Promise<number> => {
    const { events } = await monitor.fetchHistory();
    return (events ?? []).filter(
      ({ activityTaskScheduledEventAttributes: scheduled }) =>
        scheduled?.activityType?.name === 'measureWindow',
    ).length;
  };
  await serveDays(gateway, model, TRAINING_DAYS, 1, true);
  await closeDay(gateway, model, TRAINING_DAYS);
  // Nothing can be recorded while this test holds the registry's write lock.
  const client = createClient({ url: `file:${stack.home.registryFile}` });
  const lock = await client.transaction('write');
  await checkNow(stack, model);
  await eventually(async () => expect(await measuring()).toBe(1));
  await worker.end('SIGKILL');
  await lock.rollback();
  client.close();

  // A worker of steps alone measures; nobody is there who could decide.
  const measurer = await stack.startWorker({ MILLRACE_WORKER_QUEUES: 'millrace-steps' });
  await eventually(async () => {
    expect(await stack.registry.measurements(model)).toHaveLength(1);
  });
  expect(await stack.registry.decisions(model)).toEqual([]);
  await measurer.end('SIGKILL');

  worker = await stack.startWorker();
  expect(await findings(model, 1)).toEqual(['2011-01-15 concept-drift none -']);
  await eventually(async () => {
    const state = await monitor.query<WatchState>(MESSAGE.state);
    expect(state.decidedUntil).toBe('2011-01-16T00:00:00Z');
  });
  expect(await measuring()).toBe(1);
  expect(await stack.registry.decisions(model)).toHaveLength(1);
});
