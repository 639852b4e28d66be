import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { locateTemporal } from '../../setup/temporal-binary.mjs';
import { type DevServer, type DevServerOptions, startDevServer } from '../../temporal/server.js';

export interface TestServer extends DevServer {
  /** Holds the database and the log; removed by `close`. */
  readonly directory: string;
  /** Ends the server and removes its directory. */
  close(): Promise<void>;
}

/**
 * A real Temporal server with a database of its own on a free port, for the tests of one file:
 * start it in `beforeAll`, `close` it in `afterAll`. It also ends when the test process does.
 *
 * @param overrides - a test that starts the server again gives the same `databaseFile` and `port`
 * @example
 * let server: TestServer;
 * beforeAll(async () => { server = await startTestServer(); });
 * afterAll(() => server.close());
 * const connection = await Connection.connect({ address: server.address });
 */
export async function startTestServer(
  overrides: Partial<DevServerOptions> = {},
): Promise<TestServer> {
  const found = await locateTemporal(process.env);
  if (found === null) throw new Error('no Temporal server on this machine: `npm test` brings it');
  const directory = mkdtempSync(join(tmpdir(), 'millrace-temporal-'));
  const server = await startDevServer({
    binary: found.path,
    serverVersion: found.serverVersion,
    databaseFile: join(directory, 'temporal.db'),
    port: 0,
    logFile: join(directory, 'temporal.log'),
    ...overrides,
  });
  return {
    ...server,
    directory,
    async close() {
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
