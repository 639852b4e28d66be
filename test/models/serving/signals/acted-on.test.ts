import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../../support/eventually.js';
import { type ModelWorld, openModelWorld, promotion } from '../../../support/model-world.js';
import { startTestStack, type TestProcess, type TestStack } from '../../../support/test-stack.js';
import { get } from '../serving-fixture.js';
import { alert, cloudEvent, notification } from './signal-bodies.js';

let stack: TestStack;
let world: ModelWorld;
let gateway: TestProcess;
beforeAll(async () => {
  stack = await startTestStack();
  world = await openModelWorld(stack);
  [gateway] = await Promise.all([stack.startGateway(), stack.startWorker()]);
});
afterAll(async () => {
  await world?.close();
  await stack?.close();
});

const KEY = 'b1946ac92492d2347c6235b4d2611184';

async function send(model: string, body: object) {
  return get(`${gateway.ready.address}/models/${model}/signals`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${KEY}` },
    body: JSON.stringify(body),
  });
}

async function promoted(model: string): Promise<void> {
  const { version } = await world.register(model);
  await world.update(model, 'promote', promotion(version));
  await eventually(async () =>
    expect((await stack.registry.champion(model))?.version).toBe(version),
  );
  await eventually(async () => expect((await world.state(model)).change).toBeNull());
}

test('what other monitors ask for is done once, and the ledger says who asked and why', async () => {
  await promoted('watched');
  await promoted('watched');
  const sha256 = createHash('sha256').update(KEY).digest('hex');
  const keys = [{ name: 'pager', sha256, models: ['watched'], actions: ['retrain', 'rollback'] }];
  await writeFile(join(stack.home.root, 'signal-keys.json'), JSON.stringify({ keys }));

  const back = cloudEvent({ type: 'millrace.rollback', data: { reason: 'errors doubled' } });
  const { status, body } = await send('watched', back);
  expect([status, body.duplicate]).toEqual([202, false]);
  await eventually(async () => {
    expect(await stack.registry.champion('watched')).toMatchObject({ version: 1 });
    expect(await world.ledger('watched', 'rolled-back')).toMatchObject([
      {
        from: 2,
        to: 1,
        actor: `${back.source} (key pager)`,
        reason: 'errors doubled',
        evidence: { requestId: body.requestId, eventId: back.id, key: 'pager' },
      },
    ]);
  });
  expect((await send('watched', back)).body.duplicate).toBe(true);

  const drifted = notification([alert()]);
  const { requestId } = (await send('watched', drifted)).body.signals[0];
  await eventually(async () =>
    expect(await world.ledger('watched', 'retrain-started')).toMatchObject([
      { actor: 'alertmanager (key pager)', evidence: { requestId, trigger: 'monitor' } },
    ]),
  );

  // A gateway that has forgotten all of it finds the events in the ledger.
  await gateway.end();
  gateway = await stack.startGateway();
  expect((await send('watched', back)).body.duplicate).toBe(true);
  expect((await send('watched', drifted)).body.duplicate).toBe(true);
  expect((await world.state('watched')).counts).toMatchObject({ received: 4, duplicate: 0 });
});
