import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { createWorld, get, oneRow, post, servingLinear, sharedWorld } from './serving-fixture.js';

let url: string;

sharedWorld(async (cleanUp) => {
  ({ url } = await servingLinear({ bodyLimitBytes: 10_000 }, cleanUp));
});

/** `fetch` does not let a caller set Host. */
function withHeaders(headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request(`${url}/v2`, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.on('error', reject).end();
  });
}

/** `fetch` has its own mind about methods and bodies. */
function bare(
  method: string,
  address: string,
): Promise<{ status: number; headers: IncomingHttpHeaders; body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(address, { method }, async (response) =>
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        body: await text(response),
      }),
    );
    asked.on('error', reject).end();
  });
}

describe('requests that a web page sends', () => {
  test.each([
    [{ host: '127.0.0.1:1' }, 200],
    [{ host: 'localhost:7700' }, 200],
    [{ host: '[::1]:7700' }, 200],
    [{ host: 'evil.example' }, 421],
    [{ host: '127.0.0.1.evil.example' }, 421],
    [{ host: 'localhost', origin: 'http://localhost:3000' }, 200],
    [{ host: 'localhost', origin: 'https://evil.example' }, 403],
    [{ host: 'localhost', origin: 'null' }, 403],
  ])('%j gives %i', async (headers, status) => {
    expect(await withHeaders(headers)).toBe(status);
  });
});

test('a body over the limit is a 413 that names the limit', async () => {
  const { status, body } = await post(`${url}/labels`, { labels: [{ id: 'x'.repeat(20_000) }] });
  expect([status, body.error]).toEqual([413, expect.stringMatching(/larger than 10000 bytes/)]);
});

test('an empty body, and one without a type, say what to send', async () => {
  const infer = `${url}/v2/models/bike-demand/infer`;
  const empty = await post(infer, '');
  expect([empty.status, empty.body.error]).toEqual([400, expect.stringMatching(/body is empty/)]);
  const untyped = await get(`${url}/labels`, { method: 'POST', body: new Uint8Array([1]) });
  expect([untyped.status, untyped.body.error]).toEqual([
    415,
    expect.stringMatching(/no Content-Type; send application\/json/),
  ]);
});

test('a request that does not arrive whole in time is ended', async () => {
  const { gateway } = await servingLinear({ requestTimeoutMs: 100 });
  const socket = connect(Number(new URL(gateway.address).port), '127.0.0.1');
  socket.write(
    'POST /labels HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
  );
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 408[\s\S]*{"error":"the request did not arrive/);
});

test.each([
  ['/models/%zz/invocations', 400, 'the path of this POST cannot be read'],
  [`/models/${'x'.repeat(300)}/invocations`, 414, 'a name in the path is too long'],
])('a path that no route can read is refused as all else is: %s', async (path, status, error) => {
  const refused = await post(`${url}${path}`, oneRow(1));
  expect([refused.status, refused.body]).toEqual([
    status,
    { error: expect.stringContaining(error) },
  ]);
});

test.each([
  ['Content-Length: 1\r\nContent-Length: 2\r\n', 400, 'cannot be read as a request'],
  [`X-Long: ${'x'.repeat(20_000)}\r\n`, 431, 'the headers are larger'],
])('what is no request is refused as all else is, case %#', async (header, status, error) => {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write(`POST /labels HTTP/1.1\r\nHost: localhost\r\n${header}\r\n`);
  const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
  expect(head).toContain(`HTTP/1.1 ${status}`);
  expect(JSON.parse(body)).toEqual({ error: expect.stringContaining(error) });
});

test.each([
  ['GET', '/v2/models/bike-demand/infer', 'POST'],
  ['HEAD', '/invocations?model=x', 'POST'],
  ['PUT', '/labels', 'POST'],
  ['POST', '/v2', 'GET, HEAD'],
  ['DELETE', '/v2/health/ready', 'GET, HEAD'],
  ['OPTIONS', '/v2/models/no-such-model', 'GET, HEAD'],
  ['PROPFIND', '/metrics', 'GET, HEAD'],
])('%s %s is a 405 that says what the path takes', async (method, path, allowed) => {
  const { status, headers, body } = await bare(method, `${url}${path}`);
  expect([status, headers.allow]).toEqual([405, allowed]);
  if (method !== 'HEAD') expect(body).toContain(`does not take ${method}; it takes ${allowed}`);
});

test('a path that there is not is a 404 by any method', async () => {
  for (const method of ['GET', 'POST', 'PUT']) {
    expect((await bare(method, `${url}/v2/model/bike-demand`)).status).toBe(404);
  }
});

test.each(['/v2/health/live', '/v2/health/ready', '/ping', '/health', '/metrics', '/v2'])(
  'HEAD %s answers as GET does, without a body',
  async (path) => {
    const asked = await bare('GET', `${url}${path}`);
    const { status, headers, body } = await bare('HEAD', `${url}${path}`);
    expect([status, body]).toEqual([asked.status, '']);
    expect(headers['content-type']).toBe(asked.headers['content-type']);
    expect(Number(headers['content-length'])).toBeGreaterThan(0);
  },
);

describe('text that is no UTF-8 is refused, not read as other text', () => {
  const bad = Buffer.from([0xc3, 0x28]);
  const around = (before: string, after: string) =>
    new Uint8Array(Buffer.concat([Buffer.from(before), bad, Buffer.from(after)]));
  const inJson = { 'content-type': 'application/json' };
  test.each([
    ['/v2/models/bike-demand/infer', inJson, '{"id":"', '","inputs":[]}', 7],
    // A replacement character of the client's own is one of its characters.
    ['/models/bike-demand/invocations', inJson, '{"\ufffd":"', '"}', 8],
    ['/models/bike-demand/invocations', { 'content-type': 'text/csv' }, 'a,b\n1,', '\n', 6],
    ['/labels', inJson, '{"labels":[{"id":"', '"}]}', 18],
  ])('%s, %j', async (path, headers, before, after, at) => {
    const { status, body } = await get(`${url}${path}`, {
      method: 'POST',
      headers,
      body: around(before, after),
    });
    expect([status, body.error]).toEqual([
      400,
      expect.stringContaining(`not UTF-8: byte ${at} does not fit`),
    ]);
  });

  test('an element of a binary tensor', async () => {
    const json = JSON.stringify({
      inputs: [
        { name: 'hour', shape: [1], datatype: 'BYTES', parameters: { binary_data_size: 6 } },
      ],
    });
    const { status, body } = await get(`${url}/v2/models/bike-demand/infer`, {
      method: 'POST',
      headers: { 'inference-header-content-length': String(json.length) },
      body: new Uint8Array(Buffer.concat([Buffer.from(json), Buffer.from([2, 0, 0, 0]), bad])),
    });
    expect([status, body.error]).toEqual([400, expect.stringContaining('element 0 is not UTF-8')]);
  });
});

test.each(['0.0.0.0', '192.168.0.7', 'example.org', '::'])(
  'the gateway does not listen on %s',
  async (host) => {
    const world = await createWorld();
    await expect(world.gateway({ host })).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining(`does not listen on ${host}: it has no authentication`),
    });
  },
);
