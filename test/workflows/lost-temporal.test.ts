import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectTemporal } from '../../temporal/connection.js';
import { eventually } from '../support/eventually.js';
import { type ModelWorld, openModelWorld, promotion, rollback } from '../support/model-world.js';
import { startTestServer, type TestServer } from '../support/test-server.js';
import { startTestStack, type TestStack } from '../support/test-stack.js';

let stack: TestStack;
let another: TestServer;
beforeAll(async () => {
  [stack, another] = await Promise.all([startTestStack(), startTestServer()]);
});
afterAll(async () => {
  await stack.close();
  await another.close();
});

async function promoted(world: ModelWorld, model: string): Promise<void> {
  const { version } = await world.register(model);
  await world.update(model, 'promote', promotion(version));
  await eventually(async () => {
    expect(await world.state(model)).toMatchObject({ champion: { version }, change: null });
  });
}

it('starts from the ledger where Temporal has lost its database', async () => {
  const model = 'kept';
  const worker = await stack.startWorker();
  const before = await openModelWorld(stack);
  await promoted(before, model);
  await promoted(before, model);
  await promoted(before, model);
  await before.update(model, 'rollback', rollback());
  await before.update(model, 'pause', { actor: 'ann', reason: 'a fair', asOf: '2011-07-02' });
  await eventually(async () => {
    const state = await before.state(model);
    expect(state).toMatchObject({ champion: { version: 2 }, change: null });
    expect(await before.ledger(model, 'paused')).toHaveLength(1);
  });
  const known = await before.state(model);
  await worker.end('SIGKILL');
  await before.close();

  const temporal = await connectTemporal({ address: another.address });
  await stack.startWorker({ TEMPORAL_ADDRESS: another.address });
  const after = await openModelWorld({ ...stack, temporal });
  try {
    await after.signal(model, 'rollback', { malformed: true });
    await eventually(async () => {
      // The messages that it has seen are its own memory; production is the registry's.
      expect(await after.state(model)).toEqual({
        ...known,
        seen: [],
        counts: { received: 0, acted: 0, coalesced: 0, held: 0, refused: 0, duplicate: 0 },
      });
    });
    expect(known).toMatchObject({ transition: 4, earlier: [{ version: 1 }] });
    await promoted(after, model);
    expect(await stack.registry.champion(model)).toMatchObject({ version: 4, transition: 5 });
  } finally {
    await after.close();
    await temporal.connection.close();
  }
});
