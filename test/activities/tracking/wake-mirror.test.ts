import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { createMirrorWaker } from '../../../activities/tracking/wake-mirror.js';
import { MIRROR_WORKFLOW_ID } from '../../../contracts/index.js';
import { connectTemporal } from '../../../temporal/connection.js';
import { eventually } from '../../support/eventually.js';
import { startTestServer } from '../../support/test-server.js';

test('the mirror is woken when its line begins, and again where it should long have ended', async () => {
  const server = await startTestServer();
  onTestFinished(() => server.close());
  const { client, connection } = await connectTemporal({ address: server.address });
  onTestFinished(() => connection.close());
  let nowMs = 0;
  const { changed } = createMirrorWaker(client, pino({ level: 'silent' }), () => nowMs);
  const signals = async () => {
    const { events } = await client.workflow.getHandle(MIRROR_WORKFLOW_ID).fetchHistory();
    return (events ?? []).filter((event) => event.workflowExecutionSignaledEventAttributes).length;
  };
  changed(true);
  await eventually(async () => expect(await signals()).toBe(1));
  // Something waits, so somebody is at it already.
  changed(false);
  // Whoever was to tell of it may have been killed before.
  nowMs += 300_000;
  changed(false);
  await eventually(async () => expect(await signals()).toBe(2));
  nowMs += 299_999;
  changed(false);
  changed(true);
  await eventually(async () => expect(await signals()).toBe(3));
});
