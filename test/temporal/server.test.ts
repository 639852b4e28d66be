import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SEARCH_ATTRIBUTES } from '../../contracts/index.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

test('a started server takes workflows with the search attributes at once', async () => {
  const connection = await Connection.connect({ address: server.address });
  const client = new Client({ connection });
  const handle = await client.workflow.start('nobody', {
    taskQueue: 'none',
    workflowId: 'w1',
    searchAttributes: { [SEARCH_ATTRIBUTES.model]: ['bikes'] },
  });
  const description = await handle.describe();
  expect(description.searchAttributes[SEARCH_ATTRIBUTES.model]).toEqual(['bikes']);
  await connection.close();
});
