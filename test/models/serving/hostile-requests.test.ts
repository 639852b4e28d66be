import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import type { Gateway } from '../../../gateway.js';
import { MAX_ROWS } from '../../../models/serving/protocols/tensors/shapes.js';
import { get, oneRow, post, servingLinear, sharedWorld } from './serving-fixture.js';

let gateway: Gateway;
let infer: string;
let invoke: string;

sharedWorld(async (cleanUp) => {
  ({ gateway } = await servingLinear({ requestTimeoutMs: 2_000 }, cleanUp));
  infer = `${gateway.address}/v2/models/bike-demand/infer`;
  invoke = `${gateway.address}/models/bike-demand/invocations`;
});

afterEach(async () => {
  // Whatever came before: the next client is served.
  const { status, body } = await post(infer, oneRow(3, 4));
  expect([status, body.outputs?.[0].data]).toEqual([200, [10]]);
});

const a = { name: 'a', shape: [1], datatype: 'FP64', data: [1] };
const columns = (data: string) =>
  `{"inputs":[{"name":"a","shape":[1],"datatype":"FP64","data":${data}}]}`;

describe('bodies', () => {
  test.each<readonly [string, string, unknown, number, RegExp]>([
    ['NaN', 'infer', columns('[NaN]'), 400, /not JSON/],
    ['Infinity', 'infer', columns('[Infinity]'), 400, /not JSON/],
    [
      '1e309',
      'infer',
      columns('[1e309]'),
      400,
      /field a of row 0: Infinity is not a finite number/,
    ],
    ['-1e309 as a row', 'invoke', '{"instances":[{"a":-1e309}]}', 400, /field a of row 0/],
    [
      '1e39, too large for the model',
      'infer',
      columns('[1e39]'),
      400,
      /out of range: the model works in float32/,
    ],
    [
      'a shape of a quintillion',
      'infer',
      { inputs: [{ ...a, shape: [1e18] }] },
      400,
      /inputs\[0\]\.shape|rows, one may have/,
    ],
    [
      'a shape of a billion',
      'infer',
      { inputs: [{ ...a, shape: [1e9] }] },
      400,
      /one may have 100000/,
    ],
    [
      'a shape of a billion columns',
      'infer',
      { inputs: [{ ...a, shape: [1, 1e9] }] },
      400,
      /1 values where its shape says 1000000000/,
    ],
    ['a negative shape', 'infer', { inputs: [{ ...a, shape: [-1] }] }, 400, /shape/],
    [
      'a shape of twenty sizes',
      'infer',
      { inputs: [{ ...a, shape: Array(20).fill(1) }] },
      400,
      /a column has shape \[N\]/,
    ],
    ['nested data', 'infer', columns('[[[1]]]'), 400, /a list is not a number/],
    ['objects for numbers', 'infer', columns('[{}]'), 400, /an object is not a number/],
    [
      'a key twice',
      'infer',
      columns('[1]').replace('"name":"a"', '"name":"a","name":"b"'),
      400,
      /the key "name" twice/,
    ],
    [
      'a key twice, escaped',
      'invoke',
      '{"instances":[{"a":1,"\\u0061":2}]}',
      400,
      /the key "a" twice/,
    ],
    [
      'a key twice behind a string that looks like one',
      'invoke',
      '{"instances":[{"a":"\\"x\\":1","b":1,"b":2}]}',
      400,
      /the key "b" twice/,
    ],
    ['__proto__', 'infer', '{"__proto__":{"a":1},"inputs":[]}', 400, /"__proto__"/],
    [
      '__proto__, escaped, in a row',
      'invoke',
      '{"instances":[{"\\u005f_proto__":{"a":1},"a":1}]}',
      400,
      /"__proto__"/,
    ],
    [
      '__proto__ as a column',
      'invoke',
      { dataframe_split: { columns: ['__proto__', 'a'], data: [[1, 2]] } },
      400,
      /__proto__ of row 0 is not known/,
    ],
    [
      'constructor as a field',
      'invoke',
      { instances: [{ a: 1, constructor: 1 }] },
      400,
      /constructor of row 0 is not known/,
    ],
    [
      'toString as a tensor',
      'infer',
      { inputs: [a, { ...a, name: 'toString' }] },
      400,
      /toString is not known/,
    ],
    ['an empty list', 'infer', '[]', 400, /body/],
    ['null', 'infer', 'null', 400, /body/],
    ['a text', 'infer', '"x"', 400, /body/],
    ['half a surrogate', 'infer', '{"id":"\\ud800","inputs":[]}', 400, /half of a surrogate pair/],
    [
      'the other half',
      'invoke',
      '{"instances":[{"a":1,"b":1,"hour":"\\uDC00x"}]}',
      400,
      /half of a/,
    ],
    [
      'a backslash before what looks like half of one',
      'invoke',
      '{"instances":[{"a":"\\\\ud800 \\ud83d\\ude00"}]}',
      400,
      /field a of row 0: "\\\\ud800 😀"/,
    ],
    ['an endless id', 'infer', oneRow(1, 1, { id: 'x'.repeat(10_000) }), 400, /id/],
    [
      'deep lists',
      'infer',
      `{"inputs":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
      400,
      /more than 32 deep/,
    ],
    [
      'deep lists in a short text',
      'infer',
      `{"inputs":${'['.repeat(500)}${']'.repeat(500)}}`,
      400,
      /more than 32 deep/,
    ],
    [
      'deep objects',
      'invoke',
      `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`,
      400,
      /more than 32 deep/,
    ],
    ['two forms', 'invoke', { instances: [{ a: 1 }], inputs: { a: [1] } }, 400, /exactly one/],
    ['no form', 'invoke', {}, 400, /exactly one/],
  ])('%s', async (_, route, body, status, message) => {
    const answer = await post(route === 'infer' ? infer : invoke, body);
    expect([answer.status, answer.body.error]).toEqual([status, expect.stringMatching(message)]);
    expect(answer.body.error.length).toBeLessThan(4_000);
  });

  test('more rows than one request may have are refused before they cost memory', async () => {
    const rows = MAX_ROWS + 1;
    const data = `[${'1,'.repeat(rows)}1]`;
    const before = process.memoryUsage.rss();
    for (const [url, body] of [
      [infer, `{"inputs":[{"name":"a","shape":[${rows + 1}],"datatype":"FP64","data":${data}}]}`],
      [invoke, `{"inputs":{"a":${data},"b":${data}}}`],
      [invoke, `{"instances":${data}}`],
    ] as const) {
      const answer = await post(url, body);
      expect([answer.status, answer.body.error]).toEqual([
        400,
        expect.stringMatching(/one may have 100000/),
      ]);
    }
    const csv = await post(invoke, `a,b\n${'1,1\n'.repeat(rows)}`, 'text/csv');
    expect([csv.status, csv.body.error]).toEqual([400, expect.stringMatching(/one may have/)]);
    expect(process.memoryUsage.rss() - before).toBeLessThan(400e6);
  });

  test('a thousand brackets a byte apart cost what their bytes cost', async () => {
    const before = process.memoryUsage.rss();
    const { status } = await post(infer, '['.repeat(8_000_000));
    expect(status).toBe(400);
    expect(process.memoryUsage.rss() - before).toBeLessThan(200e6);
  });

  test('what unpacks to gigabytes is a 413, a few at once too', async () => {
    const bomb = new Uint8Array(gzipSync(Buffer.alloc(200_000_000)));
    const before = process.memoryUsage.rss();
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const answers = await Promise.all(
      [infer, invoke, infer, invoke].map((url) =>
        get(url, { method: 'POST', headers, body: bomb }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual([413, 413, 413, 413]);
    expect(process.memoryUsage.rss() - before).toBeLessThan(300e6);
  });

  test('a body over the limit is refused by its length, before it is sent', async () => {
    const answered = await raw(
      'POST /invocations HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 99999999\r\n\r\n',
    );
    expect(answered).toMatch(/^HTTP\/1\.1 413/);
  });
});

describe('a client that is refused and looks for no answer until all is sent', () => {
  const BYTES = 12_000_000;

  /** Sends a body whole, as many libraries do, and only then reads. */
  async function sentWhole(headers: string): Promise<string> {
    const socket = connect(Number(new URL(gateway.address).port), '127.0.0.1').pause();
    const head = `POST /invocations HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${headers}\r\n`;
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.write(head);
      socket.write(Buffer.alloc(BYTES, ' '), (error) => (error ? reject(error) : resolve()));
    });
    return text(socket);
  }

  test.each([
    ['its length', `Content-Length: ${BYTES}\r\n`, 413],
    ['its origin', `Content-Length: ${BYTES}\r\nOrigin: http://elsewhere\r\n`, 403],
    ['its form', `Content-Length: ${BYTES}\r\nContent-Encoding: zip\r\n`, 413],
  ])('is told why, for %s', async (_, headers, status) => {
    expect(await sentWhole(headers)).toMatch(new RegExp(`^HTTP/1.1 ${status}`));
  });

  test('is read no further than a bound', async () => {
    const socket = connect(Number(new URL(gateway.address).port), '127.0.0.1');
    const broken = new Promise<Error>((resolve) => socket.once('error', resolve));
    socket.write(
      'POST /invocations HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 999999999999\r\n\r\n',
    );
    const part = Buffer.alloc(1_000_000, ' ');
    let sent = 0;
    const more = (error?: Error | null): void => {
      if (error) return;
      sent += part.length;
      socket.write(part, more);
    };
    more();
    expect(await broken).toMatchObject({ code: expect.stringMatching(/EPIPE|ECONNRESET/) });
    expect(sent).toBeLessThan(200_000_000);
  });
});

/** What a connection is told when it is sent these bytes and nothing more. */
function raw(...parts: readonly string[]): Promise<string> {
  const socket = connect(Number(new URL(gateway.address).port), '127.0.0.1');
  for (const part of parts) socket.write(part);
  return text(socket);
}

describe('what HTTP allows no one', () => {
  const head =
    'POST /invocations HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
  test.each<readonly [string, string, RegExp]>([
    ['a length that is no number', `${head}Content-Length: x\r\n\r\n{}`, /^HTTP\/1\.1 400/],
    ['a negative length', `${head}Content-Length: -1\r\n\r\n{}`, /^HTTP\/1\.1 400/],
    ['two lengths', `${head}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`, /^HTTP\/1\.1 400/],
    [
      'length and chunks',
      `${head}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      /^HTTP\/1\.1 400/,
    ],
    ['chunks that are none', `${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n`, /^HTTP\/1\.1 400/],
    ['a body that never comes', `${head}Content-Length: 10\r\n\r\n{`, /^HTTP\/1\.1 408/],
    [
      'headers that never end',
      'POST /invocations HTTP/1.1\r\nHost: localhost\r\nX-A: ',
      /^HTTP\/1\.1 408/,
    ],
    [
      'a hundred kilobytes of headers',
      `GET /v2 HTTP/1.1\r\nHost: localhost\r\nX-A: ${'x'.repeat(100_000)}\r\n\r\n`,
      /^HTTP\/1\.1 431/,
    ],
    [
      'three thousand headers',
      `GET /v2 HTTP/1.1\r\nHost: localhost\r\n${'X-A: 1\r\n'.repeat(3_000)}\r\n`,
      /^HTTP\/1\.1 431/,
    ],
    ['no host', 'GET /v2 HTTP/1.1\r\nConnection: close\r\n\r\n', /^HTTP\/1\.1 (400|421)/],
    ['two hosts', 'GET /v2 HTTP/1.1\r\nHost: localhost\r\nHost: other\r\n\r\n', /^HTTP\/1\.1 400/],
    [
      'two hosts of a prediction, one as another',
      `${head}Content-Length: 2\r\nHOST: localhost\r\n\r\n{}`,
      /^HTTP\/1\.1 400[\s\S]*2 Host headers/,
    ],
    ['no HTTP', 'hello\r\n\r\n', /^HTTP\/1\.1 400/],
  ])('%s', async (_, bytes, answer) => {
    expect(await raw(bytes)).toMatch(answer);
  });
});

describe('paths', () => {
  const request = (path: string) =>
    raw(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
  test.each([
    '/v2/models/../../../../etc/passwd',
    '/v2/models/..%2f..%2f..%2fetc%2fpasswd',
    '/v2/models/..%252f..%252fetc%252fpasswd',
    '/v2/models/..\\..\\etc\\passwd',
    '/v2/models/..%5c..%5cetc%5cpasswd',
    '/v2/models/bike-demand%00',
    '/v2/models/%00',
    '/v2/models/%ff%fe',
    '/v2/models/%',
    '/v2/models//versions/1',
    `/v2/models/${'x'.repeat(5_000)}`,
    '/v2/models/bike-demand/versions/..%2f1',
    '/v2/models/bike-demand/versions/1e0',
    '/v2/models/bike-demand/versions/99999999999999999999',
    '/v2/models/__proto__',
    '/v2/models/constructor/ready',
    '/models/%2e%2e/invocations',
    '/api/2.0/endpoints/..%2f..%2fetc',
  ])('%s is nothing', async (path) => {
    expect(await request(path)).toMatch(/^HTTP\/1\.1 (400|404|405|414) /);
  });

  test.each([
    '/invocations?model=../../etc',
    '/invocations?model=__proto__',
    '/invocations?model=a&model=b',
  ])('%s is no model', async (path) => {
    const { status } = await post(`${gateway.address}${path}`, { inputs: { a: [1], b: [1] } });
    expect([400, 404]).toContain(status);
  });
});

test('two hundred requests of all kinds at once are each answered', async () => {
  const bodies = [
    columns('[1e309]'),
    '{"inputs":',
    JSON.stringify({ inputs: [{ ...a, shape: [1e9] }] }),
    JSON.stringify(oneRow(3, 4)),
  ];
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, index) => post(infer, bodies[index % bodies.length])),
  );
  const statuses = answers.map(({ status }) => status);
  expect(statuses.filter((status) => status === 200).length).toBe(50);
  expect(statuses.filter((status) => status === 400).length).toBe(150);
});
