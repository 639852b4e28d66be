import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runLoad } from '../../../cli/loadtest/load.js';
import { loadReport } from '../../../cli/loadtest/report.js';
import { findHighestRate } from '../../../cli/loadtest/stress.js';
import { servingLinear } from '../../models/serving/serving-fixture.js';
import { millrace } from '../millrace.js';

async function serverThat(answer: Parameters<typeof createServer>[1]): Promise<URL> {
  const server: Server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
}

const GET = (url: URL) => Buffer.from(`GET / HTTP/1.1\r\nhost: ${url.host}\r\n\r\n`);

test('a server that stalls is charged with what waits, not with what was sent (coordinated omission)', async () => {
  let from: number | null = null;
  // Answers at once, but for the half second in the middle, in which nobody is answered.
  const url = await serverThat((request, response) => {
    request.resume();
    // From the first request on: a busy machine takes its time until then.
    from ??= performance.now();
    const at = performance.now() - from;
    const waitMs = at > 500 && at < 1_000 ? 1_000 - at : 0;
    setTimeout(() => response.end('x'), waitMs);
  });
  const load = {
    url,
    requests: [GET(url)],
    connections: 1,
    durationMs: 1_500,
    timeoutMs: 5_000,
    signal: new AbortController().signal,
  };
  const result = await runLoad({ ...load, ratePerSecond: 100 });
  const { latencyMs, answered, unsent } = loadReport(result, {
    ratePerSecond: 100,
    connections: 1,
  });
  expect(answered + unsent).toBe(150);
  // About 50 of 150 were due while it stalled, and waited from then: not one of them.
  const waited = result.latenciesMs.filter((ms) => ms > 50).length;
  expect(waited).toBeGreaterThan(20);
  expect(latencyMs?.p90).toBeGreaterThan(100);
});

test('what is refused, breaks or does not come is told apart', async () => {
  let asked = 0;
  const url = await serverThat((request, response) => {
    asked += 1;
    if (asked % 3 === 0) request.socket.destroy();
    else response.writeHead(asked % 3 === 1 ? 200 : 429).end('x');
  });
  const result = await runLoad({
    url,
    requests: [GET(url)],
    connections: 2,
    durationMs: 300,
    ratePerSecond: null,
    timeoutMs: 1_000,
    signal: new AbortController().signal,
  });
  const report = loadReport(result, { ratePerSecond: null, connections: 2 });
  expect(Object.keys(report.statuses).sort()).toEqual(['200', '429']);
  expect(Object.values(report.failures)[0]).toBeGreaterThan(0);
  expect(report.answered).toBe(report.statuses['200']);
});

test('the highest rate is found to a twentieth, with what is wrong beyond it', async () => {
  const report = await findHighestRate({
    runAt: async (ratePerSecond) => ({
      ratePerSecond,
      connections: 1,
      seconds: 1,
      answered: ratePerSecond,
      answeredPerSecond: ratePerSecond,
      latencyMs: { p50: 1, p90: 1, p99: ratePerSecond > 730 ? 80 : 5, p999: 90, max: 90 },
      statuses: { 200: ratePerSecond },
      failures: {},
      generatorLateMs: 0,
      unsent: 0,
    }),
    p99BoundMs: 50,
    firstRate: 50,
    signal: new AbortController().signal,
  });
  expect(report.highestRate).toBeGreaterThan(690);
  expect(report.highestRate).toBeLessThanOrEqual(730);
  expect(report.tooMuch?.why).toBe('p99 was 80 ms, the bound is 50 ms');
});

test('millrace loadtest asks a served model with rows of a file, and reports as JSON', async () => {
  const { gateway } = await servingLinear();
  const directory = await mkdtemp(join(tmpdir(), 'millrace-loadtest-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  await writeFile(join(directory, 'rows.csv'), 'a,b,unknown\n1.5,2,x\n3,4,y\n');
  const ask = (words: readonly string[]) => millrace(words, { cwd: directory });
  const args = ['loadtest', gateway.address, '--duration', '1s', '--connections', '4', '--json'];
  const { code, stdout } = await ask([...args, '--data', 'rows.csv', '--rows', '3']);
  expect(code).toBe(0);
  const { model, version, rowsPerRequest, load } = JSON.parse(stdout);
  expect([model, version, rowsPerRequest]).toEqual(['bike-demand', '1', 3]);
  expect(load.answered).toBeGreaterThan(10);
  expect(load.statuses).toEqual({ 200: load.answered });
  expect(load.latencyMs.p50).toBeLessThanOrEqual(load.latencyMs.p99);

  const rated = await ask([...args, '--rate', '20']);
  expect(JSON.parse(rated.stdout).load.answered).toBeGreaterThan(10);
  const missing = await ask(['loadtest', `${gateway.address}/v2/models/nobody`]);
  expect([missing.code, missing.stderr]).toEqual([
    65,
    expect.stringMatching(/"nobody" is not served/),
  ]);
  const both = await ask([...args, '--stress', '--rate', '5']);
  expect(both.code).toBe(2);
});
