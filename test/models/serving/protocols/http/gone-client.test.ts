import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Exchange } from '../../../../../models/serving/protocols/http/exchange.js';
import { HeldBodies } from '../../../../../models/serving/protocols/http/held-bodies.js';
import { receiveBody } from '../../../../../models/serving/protocols/http/receive-body.js';

const BODY_BYTES = 100_000;

/** A request as it is found when its client went before its body was asked for. */
async function abandoned(...headers: readonly string[]) {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const head = ['POST /invocations HTTP/1.1', 'host: here', `content-length: ${BODY_BYTES}`];
  client.write(`${[...head, ...headers].join('\r\n')}\r\n\r\n{"instances": [`);
  const [request, response] = (await once(server, 'request')) as [IncomingMessage, ServerResponse];
  const closed = once(response, 'close');
  client.destroy();
  await closed;
  return { request, response };
}

describe('a client that goes while it is found out who it is', () => {
  it('is not waited for', async () => {
    const { request } = await abandoned();
    await expect(receiveBody(request, 1_000_000)).rejects.toThrow(/did not arrive whole/);
  });

  it('is not waited for where its body is packed', async () => {
    const { request } = await abandoned('content-encoding: gzip');
    await expect(receiveBody(request, 1_000_000)).rejects.toThrow(/did not arrive whole/);
  });

  it('gives back what its body would have taken', async () => {
    const { request, response } = await abandoned();
    const held = new HeldBodies(BODY_BYTES, BODY_BYTES);
    const exchange = new Exchange(request, response, () => undefined);
    const bytes = held.take(request.headers);
    exchange.onClose(() => held.giveBack(bytes));
    // Beside another one that is held it would be refused.
    expect(held.take({ 'content-length': String(BODY_BYTES) })).toBe(BODY_BYTES);
  });
});
