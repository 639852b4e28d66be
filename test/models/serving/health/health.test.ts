import { describe, expect, it } from 'vitest';
import type { MonitorLook, ProcessRecord, TrafficRecord } from '../../../../contracts/index.js';
import { createServiceReader } from '../../../../models/predictions/service-reader.js';
import { eventually } from '../../../support/eventually.js';
import { get, oneRow, post, servingLinear, type World } from '../serving-fixture.js';

const MODEL = 'bike-demand';

/** All that the gateways of this home wrote of a model, and of themselves. */
async function written(world: World, model = MODEL) {
  const reader = createServiceReader(world.home.predictionsDir);
  const [traffic, processes]: [TrafficRecord[], ProcessRecord[]] = [[], []];
  await reader.eachTraffic(model, 0, Number.MAX_SAFE_INTEGER, (record) => traffic.push(record));
  await reader.eachProcess(0, Number.MAX_SAFE_INTEGER, (record) => processes.push(record));
  const sum = (of: 'requests' | 'errors' | 'refused' | 'bytesIn' | 'bytesOut') =>
    traffic.reduce((total, record) => total + record[of], 0);
  return { traffic, processes, sum };
}

describe('what a gateway writes of its health', () => {
  it('counts every request for predictions once, by model, with its bytes and latency', async () => {
    const { world, gateway: first } = await servingLinear();
    await first.close();
    // Waiting until it served has asked it too.
    const before = await written(world);
    const gateway = await world.gateway({ healthIntervalMs: 20 });
    const url = gateway.address;
    await eventually(async () => {
      expect((await get(`${url}/v2/health/ready`)).status).toBe(200);
    });
    const body = oneRow(1, 2);
    await Promise.all(
      Array.from({ length: 10 }, () => post(`${url}/v2/models/${MODEL}/infer`, body)),
    );
    await post(`${url}/invocations`, { dataframe_records: [{ a: 1, b: 2 }] });
    // A client's errors are no errors of the service; what is no model's is nobody's.
    await post(`${url}/v2/models/${MODEL}/infer`, { inputs: [] });
    await post(`${url}/v2/models/unknown/infer`, body);
    await get(`${url}/v2/models/${MODEL}`);
    await gateway.close();
    const { traffic, sum } = await written(world);
    const since = (of: Parameters<typeof sum>[0]) => sum(of) - before.sum(of);
    expect(since('requests')).toBe(12);
    expect([since('errors'), since('refused')]).toEqual([0, 1]);
    expect(since('bytesIn')).toBeGreaterThanOrEqual(10 * JSON.stringify(body).length);
    expect(since('bytesOut')).toBeGreaterThan(0);
    const latencies = traffic.flatMap(({ latency }) => latency.map(([, count]) => count));
    expect(latencies.reduce((a, b) => a + b, 0)).toBe(sum('requests'));
    expect((await written(world, 'unknown')).traffic).toEqual([]);
  });

  it('has a probe each few seconds, without a gap, and is up while it is ready', async () => {
    const { world, gateway } = await servingLinear({ healthIntervalMs: 20 });
    await eventually(async () => {
      expect((await written(world)).processes.length).toBeGreaterThan(5);
    });
    await gateway.close();
    const { processes } = await written(world);
    processes.slice(1).forEach(({ from }, i) => {
      expect(from).toBe(processes[i]?.to);
    });
    for (const { memoryBytes, cpuShare, upMs, from, to } of processes.slice(1)) {
      expect(memoryBytes).toBeGreaterThan(1e6);
      expect(cpuShare).toBeGreaterThanOrEqual(0);
      expect(upMs).toBeLessThanOrEqual(Date.parse(to) - Date.parse(from));
    }
    expect(processes.some(({ upMs }) => upMs > 0)).toBe(true);
  });

  it('is no model', async () => {
    const { world, url } = await servingLinear({ healthIntervalMs: 20 });
    await eventually(async () => {
      expect((await written(world)).processes).not.toEqual([]);
    });
    const answer = await post(`${url}/labels`, { labels: [{ id: 'no-such/0', label: 1 }] });
    expect(answer.body).toMatchObject({ accepted: 0 });
  });
});

describe('GET /v2/health/monitors', () => {
  const look = (ago: number): MonitorLook => ({
    model: MODEL,
    version: 1,
    lookedAt: new Date(Date.now() - ago).toISOString(),
    nextLookAt: new Date(Date.now() - ago + 60_000).toISOString(),
    watermark: null,
    lastArrival: null,
    decidedUntil: null,
    nextWindow: null,
    nextCloses: null,
    rows: 0,
    labels: 0,
    problem: null,
  });

  it('says how long ago the monitors of what is served looked, and fails once one is overdue', async () => {
    const { world, url } = await servingLinear();
    const ask = () => get(`${url}/v2/health/monitors`);
    expect(await ask()).toMatchObject({
      status: 200,
      body: { monitor_last_look_age_seconds: null, overdue: 0, monitors: [] },
    });
    await world.registry.recordLook({ ...look(600_000), model: 'not-served' });
    await world.registry.recordLook(look(30_000));
    const { status, body } = await ask();
    expect(status).toBe(200);
    expect(body.monitors).toMatchObject([{ model: MODEL, overdue: false }]);
    expect(body.monitor_last_look_age_seconds).toBeGreaterThanOrEqual(30);

    await world.registry.recordLook(look(200_000));
    expect(await ask()).toMatchObject({ status: 503, body: { overdue: 1 } });
    // A clock that was set back makes a look young, never of a negative age.
    await world.registry.recordLook(look(-3_600_000));
    expect(await ask()).toMatchObject({ status: 200, body: { monitor_last_look_age_seconds: 0 } });
  });
});
