import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  GUARD_WORKFLOW_ID,
  MESSAGE,
  monitorWorkflowId,
  type PredictionRecord,
} from '../../contracts/index.js';
import { createLogger } from '../../logging/logger.js';
import { newRequestUuid, predictionId } from '../../models/predictions/prediction-id.js';
import { openPredictionLog } from '../../models/predictions/prediction-log.js';
import { openRegistryWriter } from '../../models/registry/index.js';
import type { GuardState } from '../../workflows/guard-monitors.js';
import { eventually } from '../support/eventually.js';
import { startTestStack, type TestProcess, type TestStack } from '../support/test-stack.js';
import {
  checkNow,
  closeDay,
  decisions,
  serveDays,
  TRAINING_DAYS,
  watchedPipeline,
  writeTrainingData,
} from './watched-model.js';

let stack: TestStack;
let gateway: TestProcess;
beforeAll(async () => {
  // Histories stay small, and continuing as new comes soon.
  stack = await startTestStack({ dynamicConfig: ['limit.historyCount.suggestContinueAsNew=60'] });
  gateway = await stack.startGateway();
  await stack.startWorker();
  writeTrainingData(stack);
});
afterAll(() => stack.close());

const WINDOW = 'window: { every: 1d, minRows: 10, allowedLateness: 0s, idleTimeout: 10m }';
const PERFORMANCE = 'performance: { metric: mae, worseThan: 50% }';

/** Version 1 of the model, deployed and served, with its windows cut in a way of their own. */
async function deployed(model: string, window: string, watched = PERFORMANCE): Promise<void> {
  const run = await stack.startRun(watchedPipeline(model, watched).replace(WINDOW, window));
  expect(await stack.result(run)).toMatchObject({ status: 'completed' });
  await eventually(async () => {
    const [lease] = await stack.registry.leases();
    expect(lease?.servedVersions[model]).toBe(1);
  });
}

const monitorOf = (model: string) =>
  stack.temporal.client.workflow.getHandle(monitorWorkflowId(model));

it('decides windows that overlap each once around continue-as-new, and errors are taken once', async () => {
  const model = 'sliding';
  await deployed(
    model,
    'window: { every: 2d, slide: 1d, minRows: 10, allowedLateness: 0s, idleTimeout: 10m }',
    'drift: { concept: { detector: page-hinkley } }',
  );
  const first = await monitorOf(model).describe();
  const days = 9;
  await serveDays(gateway, model, TRAINING_DAYS, days);
  await closeDay(gateway, model, TRAINING_DAYS + days - 1);
  await checkNow(stack, model);
  const ends = (await decisions(stack, model, days)).map(({ window }) => window.end.slice(0, 10));
  expect(ends).toEqual(
    Array.from({ length: days }, (_, i) => `2011-01-${String(16 + i).padStart(2, '0')}`),
  );
  const measured = await stack.registry.measurements(model);
  expect(measured.map(({ rows }) => rows)).toEqual([24, ...Array(days - 1).fill(48)]);
  expect(measured.map(({ concept }) => concept?.rows)).toEqual(Array(days).fill(24));
  expect((await monitorOf(model).describe()).runId).not.toBe(first.runId);
});

it('corrects what was decided while the stream was idle, and decides on silence once', async () => {
  const model = 'interrupted';
  await deployed(
    model,
    'window: { every: 1d, minRows: 10, allowedLateness: 1d, idleTimeout: 2s }',
    `${PERFORMANCE}\n  freshness: { maxSilence: 4s }`,
  );
  await serveDays(gateway, model, TRAINING_DAYS, 2);
  await checkNow(stack, model);
  // A machine that is busy may be silent for as long before the last row, too: another silence.
  const silences = async () =>
    (await stack.registry.decisions(model)).filter(
      ({ verdict, window }) =>
        verdict.kind === 'no-data' && window.start === '2011-01-16T23:00:00Z',
    );
  await eventually(async () => expect(await silences()).toHaveLength(1));
  const onWindows = async () =>
    (await stack.registry.decisions(model)).filter(
      ({ verdict }) => verdict.silentSince === undefined,
    );
  await eventually(async () => expect(await onWindows()).toHaveLength(2));
  const decided = await onWindows();
  const [silence] = await silences();
  expect(silence?.verdict).toMatchObject({ action: 'alert', silentSince: expect.any(String) });

  // The same hours once more, inside their lateness: the first decision stays.
  await serveDays(gateway, model, TRAINING_DAYS + 1, 1);
  await eventually(async () => {
    await checkNow(stack, model);
    const [, second] = await stack.registry.measurements(model);
    expect(second).toMatchObject({ rows: 48, late: { predictions: 24, corrections: 1 } });
  });
  expect(await onWindows()).toEqual(decided);
  // The data has not gone on, so it is the same silence still.
  expect(await silences()).toHaveLength(1);
});

it('neither closes early nor stalls when the clock of the gateways goes back', async () => {
  const model = 'set-back';
  await deployed(model, 'window: { every: 1d, minRows: 10, allowedLateness: 0s, idleTimeout: 1s }');
  const log = openPredictionLog({
    directory: stack.home.predictionsDir,
    gatewayId: 'set-back-clock',
    logger: createLogger('test'),
  });
  const day = 24;
  const firstMs = Date.UTC(2011, 0, 15);
  /** Hours of event time as a gateway would write them whose clock says this. */
  const write = async (fromHour: number, count: number, at: number): Promise<void> => {
    const uuid = newRequestUuid();
    const rows = Array.from({ length: count }, (_, row): PredictionRecord => {
      const eventTime = new Date(firstMs + (fromHour + row) * 3_600_000).toISOString();
      return {
        id: predictionId(uuid, row),
        model,
        version: 1,
        at: new Date(at).toISOString(),
        eventTime,
        inputs: { h: (fromHour + row) % day, temperature: 15 },
        context: { hour: eventTime },
        prediction: 60,
      };
    });
    await log.writer(model).append(rows);
  };
  // An hour ahead, and then right again: to the monitor the wall clock went back an hour.
  await write(0, 12, Date.now() + 3_600_000);
  for (let i = 0; i < 3; i += 1) await checkNow(stack, model);
  await eventually(async () => {
    expect((await stack.registry.monitorLook(model))?.rows).toBe(12);
  });
  expect(await stack.registry.decisions(model)).toEqual([]);
  await write(12, 13, Date.now());
  await checkNow(stack, model);
  const [decision] = await decisions(stack, model, 1);
  expect(decision?.window).toEqual({ start: '2011-01-15T00:00:00Z', end: '2011-01-16T00:00:00Z' });
  expect((await stack.registry.measurements(model)).map(({ rows }) => rows)).toEqual([24]);
  await log.close();
});

it('misses a monitor that does not look: it is started again, and somebody told, once', async () => {
  const model = 'sliding';
  const guard = stack.temporal.client.workflow.getHandle(GUARD_WORKFLOW_ID);
  await eventually(async () => {
    expect(await stack.registry.monitorLook(model)).not.toBeNull();
  });
  await monitorOf(model).terminate('killed by the test');
  const registry = await openRegistryWriter(stack.home.registryFile);
  const look = await registry.monitorLook(model);
  if (look === null) throw new Error('it looked before');
  const lookedAt = new Date(Date.now() - 3_600_000).toISOString();
  const nextLookAt = new Date(Date.parse(lookedAt) + 60_000).toISOString();
  await registry.recordLook({ ...look, lookedAt, nextLookAt });
  await guard.signal(MESSAGE.checkNow);
  await eventually(async () => {
    expect((await monitorOf(model).describe()).status.name).toBe('RUNNING');
    const again = await registry.monitorLook(model);
    expect(again?.lookedAt).not.toBe(lookedAt);
    expect(again).toMatchObject({ decidedUntil: look.decidedUntil, problem: null });
  });
  await guard.signal(MESSAGE.checkNow);
  await guard.signal(MESSAGE.checkNow);
  await eventually(async () => {
    expect((await guard.query<GuardState>(MESSAGE.state)).missing).toEqual([]);
  });
  const told = await stack.registry.alertDeliveries({ model });
  expect(told.map(({ alert, title }) => `${alert}: ${title}`)).toEqual([
    'firing: The monitor of sliding does not look',
  ]);
  await registry.close();
});
