import { Client, Connection } from '@temporalio/client';
import { expect, it } from 'vitest';
import { awaitRunEnd, type RunEnd } from '../../../cli/runs/await-result.js';
import { freePort } from '../../../processes/network-ports.js';

it('ends by the registry where the server that a run began on does not come back', async () => {
  const address = `127.0.0.1:${await freePort('127.0.0.1')}`;
  // Without those that try again for twenty seconds.
  const connection = Connection.lazy({ address, interceptors: [] });
  const known: readonly (RunEnd | null)[] = [null, { status: 'rejected', detail: 'step a: no' }];
  let looks = 0;
  let told = 0;
  const end = await awaitRunEnd(
    new Client({ connection }),
    'pipeline/weekly/r1',
    () => {
      told += 1;
    },
    async () => known[looks++] ?? null,
  );
  await connection.close();
  expect(end).toEqual({ status: 'rejected', detail: 'step a: no' });
  expect([looks, told]).toEqual([2, 1]);
});
