import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import type { Cli } from '../../../cli/command.js';
import { findTarget } from '../../../cli/loadtest/target.js';

/** For a URL nothing of the command line is asked. */
const cli = {} as Cli;

async function ask(answer: RequestListener): Promise<unknown> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const asked = { headers: new Headers(), timeoutMs: 200 };
  return findTarget(cli, `http://127.0.0.1:${port}/v2/models/coffee`, asked).catch(
    (error: unknown) => error,
  );
}

it('a server that does not answer is not waited for', async () => {
  expect(await ask(() => undefined)).toMatchObject({
    type: 'ServiceUnavailable',
    message: expect.stringMatching(/does not answer within 200 ms$/),
  });
});

it('nor is one that begins to answer and stops', async () => {
  expect(await ask((_, response) => void response.write('{"versions":'))).toMatchObject({
    type: 'ServiceUnavailable',
    message: expect.stringMatching(/does not answer within 200 ms$/),
  });
});

it('a server that speaks no JSON is none that can be asked', async () => {
  expect(await ask((_, response) => void response.end('<html>'))).toMatchObject({
    type: 'ServiceUnavailable',
    message: expect.stringMatching(/answered what is no JSON: <html>$/),
  });
});
