import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { startAlert } from '../../activities/notify/raise-alert.js';
import { alertWorkflowId } from '../../contracts/index.js';
import { channelsPath } from '../../notifications/index.js';
import { eventually } from '../support/eventually.js';
import { startHttpReceiver } from '../support/http-receiver.js';
import {
  type ModelWorld,
  openModelWorld,
  pipelineOf,
  promotion,
  retrain,
  rollback,
  waitStep,
} from '../support/model-world.js';
import { startTestStack, type TestStack } from '../support/test-stack.js';
import { alertOf, modelTelling, openIncident } from './alerted-model.js';

let stack: TestStack;
let world: ModelWorld;
beforeAll(async () => {
  // Suggested after so few events that a handful of messages brings it about.
  stack = await startTestStack({ dynamicConfig: ['limit.historyCount.suggestContinueAsNew=50'] });
  world = await openModelWorld(stack);
  await stack.startWorker();
});
afterAll(async () => {
  await world.close();
  await stack.close();
});

/** How often the model's workflow has started anew, by the chain of its executions. */
async function executions(model: string): Promise<number> {
  let count = 0;
  const query = `WorkflowId = "model/${model}"`;
  for await (const _ of stack.temporal.client.workflow.list({ query })) count += 1;
  return count;
}

it('loses no message: sent = acted + coalesced + held + refused + duplicate', async () => {
  const model = 'busy';
  const { version } = await world.register(model);
  await world.update(model, 'promote', promotion(version));
  const repeated = rollback({ version: 77 });
  const messages = Array.from({ length: 40 }, (_, i) => [
    ['rollback', rollback({ version: 1_000 + i })] as const,
    ['rollback', repeated] as const,
    ['requestDeploy', promotion(500 + i, { kind: 'deploy', comparedWith: null })] as const,
    ['retrain', retrain()] as const,
  ]).flat();
  for (let i = 0; i < messages.length; i += 8) {
    await Promise.all(
      messages.slice(i, i + 8).map(([name, message]) => world.signal(model, name, message)),
    );
  }
  await eventually(async () => {
    const { counts, waiting, change, retrain: inFlight } = await world.state(model);
    expect({ waiting, change, inFlight }).toEqual({ waiting: [], change: null, inFlight: null });
    const { received, acted, coalesced, held, refused, duplicate } = counts;
    expect(received).toBe(messages.length + 1);
    expect(acted + coalesced + held + refused + duplicate).toBe(received);
    expect({ refused, duplicate }).toEqual({ refused: 81, duplicate: 39 });
    expect(acted + coalesced).toBe(41);
  }, 90_000);
  expect(await executions(model)).toBeGreaterThan(1);
  // Every message has its line, repeats one between them.
  const asked = new Set(messages.map(([, { requestId }]) => requestId));
  await eventually(async () => {
    const ledger = await stack.registry.ledger(model);
    const answered = new Set(ledger.map(({ evidence }) => evidence['requestId']));
    expect([...asked].filter((id) => !answered.has(id))).toEqual([]);
  });
  expect((await stack.registry.champion(model))?.version).toBe(1);
}, 120_000);

it('carries out each rollback that comes in while it starts anew, once', async () => {
  const model = 'returning';
  await world.register(model);
  await world.register(model);
  const rollbacks: string[] = [];
  for (const version of [1, 2, 2, 2]) {
    await world.update(model, 'promote', promotion(version));
    await eventually(async () => {
      expect((await stack.registry.champion(model))?.version).toBe(version);
    });
    if (version === 1) continue;
    const asked = rollback();
    rollbacks.push(asked.requestId);
    // Enough beside it for a start anew, before it or after it.
    const others = Array.from({ length: 12 }, (_, i) => rollback({ version: 1_000 + i }));
    await Promise.all(
      [...others.slice(0, 6), asked, ...others.slice(6)].map((message) =>
        world.signal(model, 'rollback', message),
      ),
    );
    await eventually(async () => {
      expect((await stack.registry.champion(model))?.version).toBe(1);
    });
  }
  expect(await executions(model)).toBeGreaterThan(1);
  const returned = await world.ledger(model, 'rolled-back');
  expect(returned.map(({ from, to }) => [from, to])).toEqual([
    [2, 1],
    [2, 1],
    [2, 1],
  ]);
  expect(returned.map(({ evidence }) => evidence['requestId'])).toEqual(rollbacks);
}, 120_000);

it('keeps a retrain in flight, whose end reaches the workflow after it started anew', async () => {
  const model = 'retraining';
  const gate = `${stack.directory}/go`;
  const { version } = await world.register(
    model,
    'linear',
    pipelineOf(model, { wait: waitStep(gate) }),
  );
  await world.update(model, 'promote', promotion(version));
  await eventually(async () => expect((await world.state(model)).champion).not.toBeNull());
  const request = retrain();
  await world.signal(model, 'retrain', request);
  for (let i = 0; i < 20; i += 1) {
    await world.signal(model, 'rollback', rollback({ version: 100 + i }));
  }
  await eventually(async () => {
    expect(await executions(model)).toBeGreaterThan(1);
    expect((await world.state(model)).retrain?.request.requestId).toBe(request.requestId);
  });
  writeFileSync(gate, '');
  await eventually(async () => {
    const [ended] = await world.ledger(model, 'retrain-ended');
    expect(ended?.evidence['requestId']).toBe(request.requestId);
  });
  expect((await world.state(model)).retrain).toBeNull();
});

it('repeats an alert on and on, one number after the other, and tells its end once', async () => {
  const receiver = await startHttpReceiver();
  onTestFinished(() => receiver.close());
  writeFileSync(`${stack.home.root}/secret`, 'of the receiver');
  writeFileSync(
    channelsPath(stack.home.root),
    `channels: {hook: {kind: webhook, url: '${receiver.url}', secret: {file: secret}}}`,
  );
  await modelTelling(world, 'troubled', [{ channel: 'hook', repeatMs: 50 }]);
  const incident = openIncident('troubled');
  await world.registry.putIncident(incident);
  const alert = alertOf('troubled', { incident: 1 });
  await startAlert({ temporal: stack.temporal.client }, alert);
  const handle = stack.temporal.client.workflow.getHandle(alertWorkflowId(alert.group));
  const first = (await handle.describe()).runId;
  await eventually(async () => expect((await handle.describe()).runId).not.toBe(first));
  await startAlert({ temporal: stack.temporal.client }, alert);
  const resolution = { how: 'recovered', actor: 'monitor', note: 'over', at: alert.at } as const;
  await world.registry.putIncident({ ...incident, status: 'closed', resolution });
  await handle.result();
  const ids: readonly string[] = receiver.received.map(({ body }) => JSON.parse(body).id);
  const repeats = ids.slice(1, -1);
  expect(ids[0]).toBe(alert.key);
  expect(repeats).toEqual(repeats.map((_, index) => `${alert.key}/repeat/${index + 1}`));
  expect(ids.at(-1)).toBe(`${alert.key}/over`);
});
