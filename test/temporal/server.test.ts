import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SEARCH_ATTRIBUTES } from '../../contracts/index.js';
import { processStartTime } from '../../setup/process-identity.mjs';
import { locateTemporal } from '../../setup/temporal-binary.mjs';
import { type DevServer, startDevServer } from '../../temporal/server.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'millrace-server-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function start(databaseFile: string, changes: Record<string, unknown> = {}) {
  const found = await locateTemporal(process.env);
  return startDevServer({
    binary: found?.path ?? '',
    serverVersion: found?.serverVersion ?? '',
    databaseFile,
    port: 0,
    logFile: `${databaseFile}.log`,
    ...changes,
  });
}

async function withClient<T>(server: DevServer, use: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address: server.address });
  try {
    return await use(new Client({ connection }));
  } finally {
    await connection.close();
  }
}

describe('a started server', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ namespace: 'ml' });
  });
  afterAll(() => server.close());

  test('takes workflows with the search attributes at once', async () => {
    const values = await withClient(server, async (client) => {
      const handle = await client.workflow.start('nobody', {
        taskQueue: 'none',
        workflowId: 'w1',
        searchAttributes: { [SEARCH_ATTRIBUTES.model]: ['bikes'] },
      });
      return (await handle.describe()).searchAttributes[SEARCH_ATTRIBUTES.model];
    });
    expect(values).toEqual(['bikes']);
  });

  test('runs with the settings that make it fast and lose nothing', () => {
    const command = readFileSync(`/proc/${server.pid}/cmdline`, 'utf8').split('\0');
    expect(command).toContain('history.transferProcessorMaxPollRPS=10000');
    expect(command).toContain('history.timerProcessorMaxPollRPS=10000');
    expect(command).toContain('journal_mode=wal');
    expect(command).toContain('synchronous=full');
  });
});

test('what it acknowledged is there after SIGKILL and another start', async () => {
  const file = join(directory, 'killed.db');
  const first = await start(file);
  await withClient(first, (client) =>
    client.workflow.start('nobody', { taskQueue: 'none', workflowId: 'kept' }),
  );
  process.kill(first.pid, 'SIGKILL');
  expect(await first.ended).toMatchObject({ signal: 'SIGKILL' });
  const second = await start(file);
  const status = await withClient(
    second,
    async (client) => (await client.workflow.getHandle('kept').describe()).status.name,
  );
  expect(status).toBe('RUNNING');
  await second.stop();
  expect(processStartTime(second.pid)).toBeNull();
});

test('a port in use is named, with what to do', async () => {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
  const address = holder.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await expect(start(join(directory, 'port.db'), { port })).rejects.toMatchObject({
    type: 'ServiceUnavailable',
    message: `port ${port} is in use`,
    hint: expect.stringContaining('--temporal-port'),
  });
  holder.close();
});

test('a binary that is not there says what brings it', async () => {
  await expect(
    start(join(directory, 'binary.db'), { binary: join(directory, 'no-such-binary') }),
  ).rejects.toMatchObject({
    type: 'EnvironmentMissing',
    hint: 'run `millrace setup`',
  });
});

test('a file that is no database is refused by name and left alone', async () => {
  const file = join(directory, 'damaged.db');
  writeFileSync(file, 'this is not a database');
  await expect(start(file)).rejects.toMatchObject({
    type: 'ServiceUnavailable',
    message: expect.stringContaining(`${file} is not a database`),
    hint: expect.stringContaining(`mv ${file}`),
  });
  expect(readFileSync(file, 'utf8')).toBe('this is not a database');
});

test('a database whose pages are damaged is refused with what to do', async () => {
  const file = join(directory, 'torn.db');
  const pages = Buffer.alloc(64 * 1024, 0x5a);
  pages.write('SQLite format 3\0', 0, 'latin1');
  writeFileSync(file, pages);
  await expect(start(file)).rejects.toMatchObject({
    type: 'ServiceUnavailable',
    hint: expect.stringContaining(`mv ${file}`),
  });
});

test('a database of another server version is refused, naming both versions', async () => {
  const file = join(directory, 'older.db');
  const server = await start(file);
  await server.stop();
  await expect(start(file, { serverVersion: '1.42.0' })).rejects.toMatchObject({
    type: 'ServiceUnavailable',
    message: expect.stringMatching(/made by Temporal server 1\.\d+\.\d+, this one is 1\.42\.0/),
  });
});

test('a database that a killed first start left half made is made again', async () => {
  const file = join(directory, 'half.db');
  const server = await start(file);
  await server.stop();
  // As it is on disk between the creation of the file and the end of its schema.
  writeFileSync(file, readFileSync(file).subarray(0, 4096));
  writeFileSync(`${file}.version.json`, JSON.stringify({ serverVersion: 'x', complete: false }));
  const again = await start(file);
  await again.stop();
  expect(JSON.parse(readFileSync(`${file}.version.json`, 'utf8'))).toMatchObject({
    complete: true,
  });
});
