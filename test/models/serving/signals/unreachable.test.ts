import { expect, onTestFinished, test } from 'vitest';
import { modelWorkflowId } from '../../../../contracts/index.js';
import { connectTemporal } from '../../../../temporal/connection.js';
import { freePort } from '../../../../temporal/ports.js';
import { startTestServer } from '../../../support/test-server.js';
import { oneRow, post, servingLinear } from '../serving-fixture.js';
import { cloudEvent } from './signal-bodies.js';

test('while Temporal is away a signal is refused with a hint; sent again, it arrives once', async () => {
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const { url } = await servingLinear({ env: { TEMPORAL_ADDRESS: address } });
  const event = cloudEvent();
  const signal = () => post(`${url}/models/bike-demand/signals`, event);

  const away = await Promise.all([signal(), signal()]);
  for (const { status, headers, body } of away) {
    expect([status, headers.get('retry-after')]).toEqual([503, '5']);
    expect(body.error).toMatch(
      /^the signal was not passed on: .* does not answer; start one with `millrace up`.*send the same event again/,
    );
  }
  // What has nothing to do with Temporal goes on.
  expect((await post(`${url}/v2/models/bike-demand/infer`, oneRow(1))).status).toBe(200);

  const server = await startTestServer({ port });
  onTestFinished(() => server.close());
  expect((await signal()).body).toMatchObject({ action: 'retrain', duplicate: false });
  expect((await signal()).body.duplicate).toBe(true);
  const { client, connection } = await connectTemporal({ address });
  onTestFinished(() => connection.close());
  const { events } = await client.workflow.getHandle(modelWorkflowId('bike-demand')).fetchHistory();
  const signals = events?.filter((item) => item.workflowExecutionSignaledEventAttributes != null);
  expect(signals).toHaveLength(1);
});
