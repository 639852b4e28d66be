import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { processTree } from '../../../../bench/report/processes.js';
import { eventually } from '../../../support/eventually.js';
import {
  askUntilGone,
  rowsInLog,
  type Started,
  servedWorld,
  start,
  useGatewayProgram,
} from '../gateway-program.js';
import { get, oneRow, type World } from '../serving-fixture.js';

useGatewayProgram();

const TWO = { MILLRACE_GATEWAY_PROCESSES: '2' };

/** Serves the linear model by two processes on one port, both of them ready. */
async function startTwo(world: World, env: Record<string, string> = {}): Promise<Started> {
  const started = await start(world, { ...TWO, ...env });
  await untilBothServe(world, 1);
  return started;
}

async function untilBothServe(world: World, version: number): Promise<void> {
  await eventually(async () => {
    const leases = await world.registry.leases();
    expect(leases.map(({ servedVersions }) => servedVersions)).toEqual([
      { 'bike-demand': version },
      { 'bike-demand': version },
    ]);
  });
}

/** Asks over a connection of its own, as each of several clients would. */
async function ask(address: string): Promise<string> {
  const init = { headers: { 'content-type': 'application/json', connection: 'close' } };
  const body = JSON.stringify(oneRow(1));
  const url = `${address}/v2/models/bike-demand/infer`;
  const answer = await get(url, { ...init, method: 'POST', body });
  expect(answer.status).toBe(200);
  return answer.body.parameters.prediction_ids[0];
}

/** The ids of all answers. */
async function askUntilBothAnswered(address: string): Promise<readonly string[]> {
  const ids: string[] = [];
  await eventually(async () => {
    ids.push(await ask(address));
    const answered = await byProcess(address, 'millrace_requests_total');
    expect(Object.keys(answered)).toEqual(['1', '2']);
  });
  return ids;
}

function childrenOf({ child }: Started): readonly number[] {
  return processTree(child.pid ?? 0).filter((pid) => pid !== child.pid);
}

/** Values of a series by process, as one scrape has them. */
async function byProcess(address: string, series: string): Promise<Record<string, number>> {
  const { body } = await get(`${address}/metrics`);
  const lines = String(body).matchAll(
    new RegExp(`^${series}\\{process="(\\d+)"[^}]*\\} (.+)$`, 'gm'),
  );
  return Object.fromEntries([...lines].map(([, process = '', value]) => [process, Number(value)]));
}

describe('two processes on one port', () => {
  test('share the requests, know what the other answered, are told apart in one scrape, and both follow the registry', async () => {
    const world = await servedWorld();
    const { address } = await startTwo(world);
    const ids = await askUntilBothAnswered(address);
    const requests = await byProcess(address, 'millrace_requests_total');
    expect((requests['1'] ?? 0) + (requests['2'] ?? 0)).toBe(ids.length);
    expect(await rowsInLog(world)).toBe(ids.length);
    // Whichever of them is asked.
    for (let time = 0; time < 2; time += 1) {
      const labels = ids.map((id) => ({ id, label: 1 }));
      const body = JSON.stringify({ labels });
      const headers = { 'content-type': 'application/json', connection: 'close' };
      const told = await get(`${address}/labels`, { method: 'POST', headers, body });
      expect(told).toMatchObject({ status: 200, body: { accepted: ids.length, unknown: [] } });
    }
    await world.promote('bike-demand', await world.register('bike-demand', 'linear-plus-1000'));
    await untilBothServe(world, 2);
  });

  test('one that is killed is followed by another, while the other one answers', async () => {
    const world = await servedWorld();
    const started = await startTwo(world);
    const { address } = started;
    const [first = 0, second = 0] = childrenOf(started);
    process.kill(second, 'SIGKILL');
    await eventually(async () => {
      const now = childrenOf(started);
      expect(now).toHaveLength(2);
      expect(now).toContain(first);
      expect(now).not.toContain(second);
    });
    await eventually(async () => {
      const served = await byProcess(address, 'millrace_model_loaded');
      expect(served).toEqual({ 1: 1, 2: 1 });
    });
    await askUntilBothAnswered(address);
  });

  test('end with the one that started them when it is killed; what was answered is in the log', async () => {
    const world = await servedWorld();
    const started = await startTwo(world);
    const answered = new Set<string>();
    const clients = Array.from({ length: 4 }, () => askUntilGone(started.address, answered));
    await eventually(async () => expect(answered.size).toBeGreaterThan(50));
    const children = childrenOf(started);
    started.child.kill('SIGKILL');
    await Promise.all(clients);
    await eventually(async () => expect(children.filter(isAlive)).toEqual([]));
    expect(await rowsInLog(world)).toBeGreaterThanOrEqual(answered.size);
  });

  test('on SIGTERM answer what is in flight, take their leases away and exit 0', async () => {
    const world = await servedWorld();
    const { child, address } = await startTwo(world);
    const answered = new Set<string>();
    const clients = Array.from({ length: 4 }, () => askUntilGone(address, answered));
    await eventually(async () => expect(answered.size).toBeGreaterThan(50));
    child.kill('SIGTERM');
    const [code] = await once(child, 'exit');
    await Promise.all(clients);
    expect(code).toBe(0);
    expect(await world.registry.leases()).toEqual([]);
    expect(await rowsInLog(world)).toBe(answered.size);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
