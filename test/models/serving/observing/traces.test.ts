import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTraceCollector, type TraceCollector } from '../../../support/trace-collector.js';
import { get, oneRow, servingLinear } from '../serving-fixture.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';

let collector: TraceCollector;

beforeAll(async () => {
  collector = await startTraceCollector();
  // The variables of OpenTelemetry are a process's own.
  process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = collector.endpoint;
});

afterAll(async () => {
  delete process.env['OTEL_EXPORTER_OTLP_ENDPOINT'];
  await collector.close();
});

test('a request goes on with the trace of its client, with a span for each part; and is in the access log', async () => {
  const { world } = await servingLinear();
  const file = join(world.home.root, 'access.ndjson');
  const traced = await world.gateway({ accessLog: file });
  while ((await get(`${traced.address}/v2/health/ready`)).status !== 200);
  const infer = `${traced.address}/v2/models/bike-demand/infer`;
  const ask = (body: unknown, path = infer) =>
    get(path, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: 'Bearer mlr_0123456789ab_aSecretOfAKeyThatNobodySees',
        traceparent: `00-${TRACE}-${PARENT}-01`,
      },
      body: JSON.stringify(body),
    });
  await ask(oneRow(3, 4), `${infer}?secret=word`);
  await ask({ inputs: [] });
  await traced.close();

  const requests = collector.spans.filter(
    ({ name, traceId }) => name.startsWith('POST') && traceId === TRACE,
  );
  expect(requests.map(({ traceId, parentSpanId, kind }) => [traceId, parentSpanId, kind])).toEqual([
    [TRACE, PARENT, 2],
    [TRACE, PARENT, 2],
  ]);
  const [answered, refused] = requests;
  expect(answered).toMatchObject({
    service: 'millrace-gateway',
    name: 'POST /v2/models/:model/infer',
    failed: false,
    attributes: {
      'http.request.method': 'POST',
      'http.route': '/v2/models/:model/infer',
      'http.response.status_code': 200,
      'millrace.model': 'bike-demand',
      'millrace.version': 1,
      'millrace.rows': 1,
    },
  });
  expect(refused?.attributes['http.response.status_code']).toBe(400);
  const parts = collector.spans.filter(({ parentSpanId }) => parentSpanId === answered?.spanId);
  expect(parts.map(({ name, traceId }) => [name, traceId])).toEqual([
    ['validate', TRACE],
    ['infer', TRACE],
    ['log', TRACE],
  ]);
  for (const [index, part] of parts.entries()) {
    expect(part.startMs).toBeGreaterThanOrEqual((answered?.startMs ?? 0) - 1);
    expect(part.endMs).toBeLessThanOrEqual((answered?.endMs ?? 0) + 1);
    if (index > 0) expect(part.startMs).toBeCloseTo(parts[index - 1]?.endMs ?? 0, 1);
  }
  expect(collector.spans.some(({ name }) => name.includes('health'))).toBe(false);

  const text = await readFile(file, 'utf8');
  expect(text).not.toMatch(/aSecretOfAKey|word|"inputs"/);
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.find(({ status, method }) => method === 'POST' && status === 200)).toMatchObject({
    at: expect.stringMatching(/^\d{4}-.*Z$/),
    protocol: 'http',
    path: '/v2/models/bike-demand/infer',
    ms: expect.any(Number),
    from: '127.0.0.1',
    model: 'bike-demand',
    version: 1,
    rows: 1,
    traceId: TRACE,
    bytesIn: expect.any(Number),
  });
  expect(lines.filter(({ method }) => method === 'POST').length).toBe(2);
});
