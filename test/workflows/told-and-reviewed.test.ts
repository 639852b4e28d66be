import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { channelsPath } from '../../notifications/index.js';
import { eventually } from '../support/eventually.js';
import { type HttpReceiver, startHttpReceiver } from '../support/http-receiver.js';
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
let hook: HttpReceiver;
beforeAll(async () => {
  stack = await startTestStack();
  hook = await startHttpReceiver();
  writeFileSync(
    channelsPath(stack.home.root),
    `channels: {hook: {kind: webhook, url: '${hook.url}', secret: {env: HOOK_SECRET}}}`,
  );
  await stack.startWorker({ HOOK_SECRET: 'of the hook' });
  gateway = await stack.startGateway();
  writeTrainingData(stack);
});
afterAll(async () => {
  await stack.close();
  await hook.close();
});

it('a window that breaches is told to the channel, and what to label of it is queued', async () => {
  const model = 'told';
  const yaml = watchedPipeline(
    model,
    `performance: { metric: mae, worseThan: 50% }
  notify: [{ channel: hook, severity: info }]
  review: { perWindow: 4 }`,
  );
  const run = await stack.startRun(yaml);
  expect(await stack.result(run)).toMatchObject({ status: 'completed' });
  await eventually(async () => {
    const [lease] = await stack.registry.leases();
    expect(lease?.servedVersions[model]).toBe(1);
  });
  await serveDays(gateway, model, TRAINING_DAYS, 1, true);
  const strange = [300, 400].map((temperature, h) => ({
    hour: '2011-01-15T05:00:00Z',
    h,
    temperature,
  }));
  await ask(model, strange);
  await closeDay(gateway, model, TRAINING_DAYS);
  await checkNow(stack, model);
  const [decision] = await decisions(stack, model, 1);
  await eventually(async () => expect(hook.received.length).toBeGreaterThan(0));
  const [incident] = await stack.registry.incidents({ model });
  expect(JSON.parse(hook.received[0]?.body ?? '')).toMatchObject({
    key: `incident/${model}/1/opened`,
    status: 'firing',
    severity: incident?.severity,
    model,
    incident: 1,
    title: expect.stringContaining(decision?.verdict.kind ?? ''),
  });
  await eventually(async () => {
    const queued = await stack.registry.reviewItems({ model });
    const asked = queued.map(
      ({ inputs, reasons }) => `${inputs['temperature']} ${reasons[0]?.why}`,
    );
    expect(asked.sort()).toEqual(['300 unusual-prediction', '400 unusual-prediction']);
    expect(queued[0]).toMatchObject({ window: decision?.window, status: 'open' });
  });
  // That it was taken is written down once the receiver has answered.
  await eventually(async () =>
    expect(await stack.registry.alertDeliveries({ model })).toMatchObject([
      { key: `incident/${model}/1/opened`, channel: 'hook', status: 'delivered' },
    ]),
  );
});

/** Predictions of which nobody tells the label. */
async function ask(model: string, rows: readonly object[]): Promise<void> {
  const response = await fetch(`${gateway.ready.address}/models/${model}/invocations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ dataframe_records: rows }),
  });
  expect(response.status).toBe(200);
}
