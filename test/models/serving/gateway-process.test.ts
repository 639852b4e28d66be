import { once } from 'node:events';
import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createPredictionReader } from '../../../models/predictions/prediction-reader.js';
import {
  askUntilGone,
  rowsInLog,
  servedWorld,
  spawnGateway,
  start,
  useGatewayProgram,
} from './gateway-program.js';
import { createWorld, get, oneRow, post } from './serving-fixture.js';

useGatewayProgram();

describe('SIGKILL', () => {
  test('loses no prediction that was answered; labels for them are taken afterwards', async () => {
    const world = await servedWorld();
    const { child, address } = await start(world);
    const answered = new Set<string>();
    const clients = Array.from({ length: 6 }, () => askUntilGone(address, answered));
    while (answered.size < 200) await get(`${address}/v2`);
    child.kill('SIGKILL');
    await Promise.all(clients);

    const again = await start(world);
    const labels = [...answered].map((id) => ({ id, label: 1 }));
    const { status, body } = await post(`${again.address}/labels`, { labels });
    expect([status, body]).toEqual([200, { accepted: answered.size, unknown: [] }]);
    expect(await rowsInLog(world)).toBeGreaterThanOrEqual(answered.size);
    const next = await post(`${again.address}/v2/models/bike-demand/infer`, oneRow(1));
    expect(next.status).toBe(200);
  });

  test('loses no label that was acknowledged', async () => {
    const world = await servedWorld();
    const { child, address } = await start(world);
    const { body } = await post(`${address}/models/bike-demand/invocations`, {
      instances: Array.from({ length: 500 }, () => [1, 0]),
    });
    const labels = body.prediction_ids.map((id: string) => ({ id, label: 5 }));
    expect((await post(`${address}/labels`, { labels })).status).toBe(200);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const [window] = await createPredictionReader(world.home.predictionsDir).window(
      'bike-demand',
      { start: '1970-01-01', end: '2200-01-01' },
      [],
    );
    const labelColumn = window?.table.columns.find(({ name }) => name === '__label');
    expect([...(labelColumn?.values ?? [])]).toEqual(new Array(500).fill(5));
  });

  test('loses no feedback and no business metric that was acknowledged', async () => {
    const world = await servedWorld();
    const { child, address } = await start(world);
    const { body } = await post(`${address}/models/bike-demand/invocations`, {
      instances: Array.from({ length: 500 }, () => [1, 0]),
    });
    const ids: readonly string[] = body.prediction_ids;
    const feedback = ids.map((predictionId) => ({ predictionId, thumbs: 'up', score: 4 }));
    const metrics = ids.map((predictionId) => ({ predictionId, metrics: { revenue: 2.5 } }));
    const answers = await Promise.all([
      post(`${address}/feedback`, { feedback }),
      post(`${address}/metrics-feedback`, { metrics }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const outcomes = await createPredictionReader(world.home.predictionsDir).outcomes(
      'bike-demand',
      { start: '1970-01-01', end: '2200-01-01' },
    );
    expect(outcomes).toMatchObject([
      {
        version: 1,
        business: { revenue: { count: 500, mean: 2.5 } },
        feedback: { count: 500, thumbs: { shareUp: 1 }, score: { mean: 4 } },
      },
    ]);
  });
});

test('a log that cannot be written refuses the answer, keeps nothing of it, and goes on elsewhere', async () => {
  const world = await servedWorld();
  // No file of this process may pass a size: the write that would is cut short, the next one fails.
  const { address } = await start(world, {}, ['/bin/sh', '-c', 'ulimit -f 2048; exec "$0" "$@"']);
  const rows = Array.from({ length: 700 }, () => [1, 0]);
  let answered = 0;
  const statuses: number[] = [];
  while (statuses.filter((status) => status === 503).length < 2) {
    const { status, body } = await post(`${address}/models/bike-demand/invocations`, {
      instances: rows,
    });
    statuses.push(status);
    if (status === 200) answered += body.predictions.length;
    else
      expect(body.error).toMatch(/predictions log in .* cannot be written: EFBIG.*send it again/);
  }
  expect(statuses.lastIndexOf(200)).toBeGreaterThan(statuses.indexOf(503));
  expect(await rowsInLog(world)).toBe(answered);
});

describe('a clean stop', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    'on %s answers what is in flight, takes the lease away and exits 0',
    async (signal) => {
      const world = await servedWorld();
      const { child, address } = await start(world);
      while ((await world.registry.leases()).length === 0);
      const answered = new Set<string>();
      const clients = Array.from({ length: 4 }, () => askUntilGone(address, answered));
      while (answered.size < 50) await get(`${address}/v2`);
      child.kill(signal);
      const [code] = await once(child, 'exit');
      await Promise.all(clients);
      expect(code).toBe(0);
      expect(await world.registry.leases()).toEqual([]);
      expect(await rowsInLog(world)).toBe(answered.size);
    },
  );

  test('follows when the parent lets go of its pipe', async () => {
    const world = await createWorld();
    const { child } = await start(world, { MILLRACE_PARENT_PIPE: '1' });
    child.stdin?.end();
    const [code] = await once(child, 'exit');
    expect(code).toBe(0);
  });
});

test('one whose starter was killed while it began stops as ever, without a word of the lost pipe', async () => {
  const world = await createWorld();
  const child = spawnGateway(world.home.root, { MILLRACE_PARENT_PIPE: '1' });
  child.stdout.destroy();
  const said = text(child.stderr);
  child.stdin.end();
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
  expect(await said).not.toContain('EPIPE');
});

describe('a start that cannot be', () => {
  async function failure(env: Record<string, string>) {
    const world = await createWorld();
    const child = spawnGateway(world.home.root, env);
    const [[code], stderr, stdout] = await Promise.all([
      once(child, 'exit'),
      text(child.stderr),
      text(child.stdout),
    ]);
    return { code, stderr, stdout };
  }

  test.each(['1', '2'])(
    'for a port in use names it once and exits 69: %s processes',
    async (count) => {
      const taken = createServer().listen(0, '127.0.0.1');
      await once(taken, 'listening');
      onTestFinished(() => void taken.close());
      const { port } = taken.address() as { readonly port: number };
      const { code, stderr, stdout } = await failure({
        MILLRACE_GATEWAY_PORT: String(port),
        MILLRACE_GATEWAY_PROCESSES: count,
      });
      expect([code, stdout]).toEqual([69, '']);
      expect(stderr.split(`port ${port} of 127.0.0.1 is in use`)).toHaveLength(2);
      expect(stderr).toContain('MILLRACE_GATEWAY_PORT');
      expect(stderr).not.toContain('    at ');
    },
  );

  test.each([
    [{ MILLRACE_GATEWAY_PORT: 'http' }, 'MILLRACE_GATEWAY_PORT is "http", which is no port'],
    [{ MILLRACE_GATEWAY_PORT: '70000' }, 'MILLRACE_GATEWAY_PORT is "70000", which is no port'],
    [{ MILLRACE_GATEWAY_HOST: '0.0.0.0' }, 'the gateway does not listen on 0.0.0.0'],
  ])('%j says why and exits 65', async (env, message) => {
    const { code, stderr } = await failure(env);
    expect([code, stderr]).toEqual([65, expect.stringContaining(message)]);
  });
});
