import { expect, test } from 'vitest';
import {
  CounterFamily,
  HistogramFamily,
  renderFamilies,
} from '../../../../models/serving/observing/exposition.js';
import { get, oneRow, post, servingLinear, sharedWorld } from '../serving-fixture.js';

let url: string;

sharedWorld(async (cleanUp) => {
  ({ url } = await servingLinear({}, cleanUp));
});

/** The value of one series; `undefined` where it is not there. */
async function series(name: string): Promise<number | undefined> {
  const { body } = await get(`${url}/metrics`);
  const line = String(body)
    .split('\n')
    .find((one) => one.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.slice(name.length + 1));
}

test('the text is what Prometheus reads', async () => {
  const { headers, body } = await get(`${url}/metrics`);
  expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const sample = /^[a-z0-9_]+(\{[a-z_]+="[^"\n]*"(,[a-z_]+="[^"\n]*")*\})? -?[0-9.e+-]+$/;
  for (const line of String(body).trimEnd().split('\n')) {
    expect(line).toMatch(line.startsWith('#') ? /^# (HELP|TYPE) [a-z0-9_]+ \S/ : sample);
  }
});

test('requests are counted by model, version, protocol and code', async () => {
  const counter = (protocol: string, code: number) =>
    `millrace_requests_total{model="bike-demand",version="1",protocol="${protocol}",code="${code}"}`;
  const before = (await series(counter('open-inference', 200))) ?? 0;
  await post(`${url}/v2/models/bike-demand/infer`, oneRow(1));
  await post(`${url}/v2/models/bike-demand/infer`, oneRow(2));
  await post(`${url}/v2/models/bike-demand/infer`, { inputs: [] });
  await post(`${url}/invocations`, { inputs: { a: [1, 2], b: [1, 2] } });
  expect(await series(counter('open-inference', 200))).toBe(before + 2);
  expect(await series(counter('open-inference', 400).replace('version="1"', 'version=""'))).toBe(1);
  const labels = '{model="bike-demand",version="1",protocol="mlflow"}';
  expect(await series(`millrace_rows_total${labels}`)).toBeGreaterThanOrEqual(2);
  expect(await series(`millrace_request_duration_seconds_count${labels}`)).toBe(
    await series(counter('mlflow', 200)),
  );
  expect(await series(`millrace_requests_in_flight${labels}`)).toBe(0);
});

test('each part of an answer has its time', async () => {
  await post(`${url}/v2/models/bike-demand/infer`, oneRow(1));
  const counts = await Promise.all(
    ['validate', 'infer', 'log'].map((stage) =>
      series(`millrace_stage_duration_seconds_count{stage="${stage}"}`),
    ),
  );
  expect(counts[0]).toBeGreaterThan(0);
  expect(new Set(counts).size).toBe(1);
});

test('what is served, how it is shared out, and the process', async () => {
  expect(
    await series('millrace_model_loaded{model="bike-demand",version="1",role="champion"}'),
  ).toBe(1);
  expect(await series('millrace_route_weight_percent{model="bike-demand",version="1"}')).toBe(100);
  expect(await series('millrace_ready')).toBe(1);
  expect(await series('process_resident_memory_bytes')).toBeGreaterThan(1e6);
});

test('a client cannot make up labels', async () => {
  for (let number = 0; number < 20; number += 1) {
    await post(`${url}/v2/models/made-up-${number}/infer`, oneRow(1));
  }
  const { body } = await get(`${url}/metrics`);
  expect(body).not.toContain('made-up');
  expect(
    await series(
      'millrace_requests_total{model="",version="",protocol="open-inference",code="404"}',
    ),
  ).toBe(20);
});

test('series are bounded: what is too much goes into one', () => {
  const family = new CounterFamily('x_total', 'x', ['name']);
  for (let number = 0; number < 5_000; number += 1) family.of(`name-${number}`).add();
  const lines = renderFamilies([family]).trimEnd().split('\n');
  expect(lines.length).toBe(2 + 1_001);
  expect(lines).toContain('x_total{name="other"} 4000');
});

test('a histogram counts up to each bound, and labels are escaped', () => {
  const family = new HistogramFamily('x', 'x', ['name'], [1, 2]);
  for (const value of [0.5, 1, 1.5, 9]) family.of('a"b\\c\nd').observe(value);
  const labels = 'name="a\\"b\\\\c\\nd"';
  expect(renderFamilies([family]).trimEnd().split('\n').slice(2)).toEqual([
    `x_bucket{${labels},le="1"} 2`,
    `x_bucket{${labels},le="2"} 3`,
    `x_bucket{${labels},le="+Inf"} 4`,
    `x_sum{${labels}} 12`,
    `x_count{${labels}} 4`,
  ]);
});
