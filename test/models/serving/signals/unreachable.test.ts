import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { modelWorkflowId } from '../../../../contracts/index.js';
import { freePort } from '../../../../processes/network-ports.js';
import { connectTemporal } from '../../../../temporal/connection.js';
import { startTestServer } from '../../../support/test-server.js';
import { oneRow, post, servingLinear } from '../serving-fixture.js';
import { cloudEvent } from './signal-bodies.js';

const HINT = /^the signal was not passed on: .*send the same event again: it is acted on once$/;

/** How many signals the server keeps for the model. */
async function keptBy(address: string): Promise<number> {
  const { client, connection } = await connectTemporal({ address });
  onTestFinished(() => connection.close());
  const { events } = await client.workflow.getHandle(modelWorkflowId('bike-demand')).fetchHistory();
  const isSignal = (item: object) =>
    'workflowExecutionSignaledEventAttributes' in item &&
    item.workflowExecutionSignaledEventAttributes != null;
  return (events ?? []).filter(isSignal).length;
}

test('while Temporal is away a signal is refused with a hint; sent again, it arrives once', async () => {
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const { url } = await servingLinear({ env: { TEMPORAL_ADDRESS: address } });
  const event = cloudEvent();
  const signal = () => post(`${url}/models/bike-demand/signals`, event);

  const away = await Promise.all([signal(), signal()]);
  for (const { status, headers, body } of away) {
    expect([status, headers.get('retry-after')]).toEqual([503, '5']);
    expect(body.error).toMatch(HINT);
    expect(body.error).toContain(`${address} does not answer; start one with \`millrace up\``);
  }
  // What has nothing to do with Temporal goes on.
  expect((await post(`${url}/v2/models/bike-demand/infer`, oneRow(1))).status).toBe(200);

  const server = await startTestServer({ port });
  onTestFinished(() => server.close());
  expect((await signal()).body).toMatchObject({ action: 'retrain', duplicate: false });
  expect((await signal()).body.duplicate).toBe(true);
  expect(await keptBy(address)).toBe(1);
});

test('a server that goes away after the first signal is found again', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-away-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const database = { port: await freePort(), databaseFile: join(directory, 'temporal.db') };
  const address = `127.0.0.1:${database.port}`;
  const { url } = await servingLinear({ env: { TEMPORAL_ADDRESS: address } });
  const signal = (event: object) => post(`${url}/models/bike-demand/signals`, event);

  const first = await startTestServer(database);
  expect((await signal(cloudEvent())).status).toBe(202);
  await first.close();
  const event = cloudEvent();
  const { status, body } = await signal(event);
  expect([status, body.error]).toEqual([503, expect.stringMatching(HINT)]);
  const second = await startTestServer(database);
  onTestFinished(() => second.close());
  expect((await signal(event)).body).toMatchObject({ duplicate: false });
  expect(await keptBy(address)).toBe(2);
});
