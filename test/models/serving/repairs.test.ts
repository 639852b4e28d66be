import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { GatewayLease, PredictionRecord } from '../../../contracts/index.js';
import type { Gateway } from '../../../gateway.js';
import { newVersion } from '../registry/sample-records.js';
import {
  type Answered,
  get,
  LINEAR,
  oneRow,
  post,
  servingLinear,
  untilServed,
  type World,
} from './serving-fixture.js';
import { fallback, impute, openRepairs } from './standing-repair.js';

const MODEL = 'bike-demand';
const INFER = `/v2/models/${MODEL}/infer`;

async function repairedWorld(options: Parameters<typeof servingLinear>[0] = {}) {
  const served = await servingLinear(options);
  const repairs = await openRepairs(served.world);
  onTestFinished(() => repairs.close());
  return { ...served, repairs };
}

async function until(
  ask: () => Promise<Answered>,
  holds: (answer: Answered) => boolean,
): Promise<Answered> {
  for (;;) {
    const answer = await ask();
    if (holds(answer)) return answer;
    await pause(5);
  }
}

async function leaseOf(world: World, { id }: Gateway): Promise<GatewayLease | undefined> {
  return (await world.registry.leases()).find((lease) => lease.id === id);
}

async function logged(world: World): Promise<readonly PredictionRecord[]> {
  const directory = world.home.predictionsDir;
  const files = await readdir(directory, { recursive: true, withFileTypes: true });
  const texts = await Promise.all(
    files
      .filter((file) => file.isFile() && file.name.endsWith('.ndjson'))
      .map((file) => readFile(join(file.parentPath, file.name), 'utf8')),
  );
  return texts
    .flatMap((text) => text.split('\n'))
    .filter((line) => line.includes('"prediction"'))
    .map((line) => JSON.parse(line) as PredictionRecord);
}

const invoke = (url: string, row: object) =>
  post(`${url}/models/${MODEL}/invocations`, { dataframe_records: [row] });

describe('an input that is repaired', () => {
  test('is filled in where it is missing, named in the answer, and kept in the log as it came', async () => {
    const { world, url, repairs } = await repairedWorld();
    // a is not nullable: without a repair its absence is the client's mistake.
    expect((await invoke(url, { b: 1 })).status).toBe(400);
    await repairs.begin(impute('a', 20));
    const filled = await until(
      () => invoke(url, { b: 1 }),
      ({ status }) => status === 200,
    );
    expect(filled.body).toMatchObject({ predictions: [41], imputed: ['a'], model_version: '1' });
    expect(filled.headers.get('x-millrace-imputed')).toBe('a');
    // A value that is there is not touched; the other input is missing as before.
    const whole = await invoke(url, { a: 1, b: 1 });
    expect(whole.body).toMatchObject({ predictions: [3] });
    expect(whole.body.imputed).toBeUndefined();
    expect(whole.headers.get('x-millrace-imputed')).toBeNull();
    expect((await invoke(url, { a: 'warm', b: 1 })).body.error).toContain('"warm" is not a number');

    const both = await post(`${url}${INFER}`, {
      inputs: [
        { name: 'a', shape: [2], datatype: 'FP64', data: [null, 3] },
        { name: 'b', shape: [2], datatype: 'INT64', data: [0, 0] },
      ],
    });
    expect(both.body.outputs[0].data).toEqual([40, 6]);
    expect(both.body.parameters.imputed).toEqual(['a']);

    await repairs.lift(impute('a', 20));
    await until(
      () => invoke(url, { b: 1 }),
      ({ status }) => status === 400,
    );
    const records = (await logged(world)).filter(({ imputed }) => imputed !== undefined);
    expect(records.length).toBeGreaterThanOrEqual(2);
    for (const { inputs, imputed } of records) {
      expect(imputed).toEqual(['a']);
      expect(inputs['a']).toBeNull();
    }
    expect(
      (await logged(world)).find(({ prediction }) => prediction === 6)?.imputed,
    ).toBeUndefined();
  });

  test('is left alone where the value is not of its kind', async () => {
    const { url, repairs } = await repairedWorld();
    await repairs.begin(impute('a', 'much'));
    await repairs.begin(impute('b', 7));
    const answer = await until(
      () => invoke(url, { a: 1 }),
      ({ body }) => body.imputed !== undefined,
    );
    expect(answer.body).toMatchObject({ predictions: [9], imputed: ['b'] });
    expect((await invoke(url, { b: 1 })).status).toBe(400);
  });

  test('comes and goes under load without a failed answer', async () => {
    const { url, repairs } = await repairedWorld();
    await repairs.begin(impute('b', 5));
    await until(
      () => post(`${url}${INFER}`, oneRow(1, null)),
      ({ status }) => status === 200,
    );
    let stop = false;
    const seen = new Set<string>();
    const ask = async () => {
      while (!stop) {
        const { status, body } = await post(`${url}${INFER}`, oneRow(1, null));
        seen.add(`${status} ${body.outputs?.[0].data} ${body.parameters?.imputed}`);
      }
    };
    const clients = Array.from({ length: 4 }, ask);
    for (let turn = 0; turn < 6; turn += 1) {
      await repairs.begin(impute('a', 20));
      await until(
        () => invoke(url, { b: 1 }),
        ({ status }) => status === 200,
      );
      await repairs.lift(impute('a', 20));
      await until(
        () => invoke(url, { b: 1 }),
        ({ status }) => status === 400,
      );
    }
    stop = true;
    await Promise.all(clients);
    expect([...seen]).toEqual(['200 7 b']);
  });
});

describe('a fallback', () => {
  /** Version 1 is kept as the fallback of version 2, which adds 1000. */
  async function withChampion2() {
    const served = await repairedWorld();
    const { world, gateway } = served;
    await world.promote(MODEL, await world.register(MODEL, 'linear-plus-1000'));
    await untilServed(gateway, MODEL, 2);
    return served;
  }

  test('answers as the champion would, under its own name, and is undone at once', async () => {
    const { world, gateway, url, repairs } = await withChampion2();
    await repairs.begin(fallback(1));
    await untilServed(gateway, MODEL, 1);
    const answer = await post(`${url}${INFER}`, oneRow(1));
    expect(answer.body).toMatchObject({
      model_version: '1',
      parameters: { fallback_for: '2' },
      outputs: [{ data: [2] }],
    });
    expect(answer.headers.get('x-millrace-fallback-for')).toBe('2');
    expect((await invoke(url, { a: 1, b: 0 })).body).toMatchObject({
      model_version: '1',
      fallback_for: '2',
    });
    expect((await logged(world)).at(-1)).toMatchObject({ version: 1, fallbackFor: 2 });
    // The champion is still there for who asks for it, and for those who confirm a switch.
    const named = await post(`${url}/v2/models/${MODEL}/versions/2/infer`, oneRow(1));
    expect(named.body).toMatchObject({ model_version: '2', outputs: [{ data: [1002] }] });
    expect(named.body.parameters.fallback_for).toBeUndefined();
    await until(
      async () => ({ status: 200, headers: new Headers(), body: await leaseOf(world, gateway) }),
      ({ body }) => body?.fallbacks?.[MODEL] === 1,
    );
    expect((await leaseOf(world, gateway))?.servedVersions).toEqual({ [MODEL]: 2 });

    await repairs.lift(fallback(1));
    await untilServed(gateway, MODEL, 2);
    expect((await post(`${url}${INFER}`, oneRow(1))).body.parameters.fallback_for).toBeUndefined();
    await until(
      async () => ({ status: 200, headers: new Headers(), body: await leaseOf(world, gateway) }),
      ({ body }) => body?.fallbacks?.[MODEL] === undefined,
    );
  });

  test('lets a promotion be confirmed while it answers, and a rollback to it end it', async () => {
    const { world, gateway, url, repairs } = await withChampion2();
    await repairs.begin(fallback(1));
    await untilServed(gateway, MODEL, 1);
    await world.promote(MODEL, await world.register(MODEL, 'linear-plus-1000'));
    const lease = async () => ({
      status: 200,
      headers: new Headers(),
      body: await leaseOf(world, gateway),
    });
    await until(lease, ({ body }) => body?.servedVersions?.[MODEL] === 3);
    expect((await post(`${url}${INFER}`, oneRow(1))).body).toMatchObject({
      model_version: '1',
      parameters: { fallback_for: '3' },
    });
    await world.promote(MODEL, 1);
    const answer = await until(
      () => post(`${url}${INFER}`, oneRow(1)),
      ({ body }) => body.parameters.fallback_for === undefined,
    );
    expect(answer.body.model_version).toBe('1');
    expect((await leaseOf(world, gateway))?.servedVersions).toEqual({ [MODEL]: 1 });
  });

  test('begins and ends under load without a failed answer', async () => {
    const { gateway, url, repairs } = await withChampion2();
    let stop = false;
    const seen = new Set<string>();
    const ask = async () => {
      while (!stop) {
        const { status, body } = await post(`${url}${INFER}`, oneRow(1));
        const { fallback_for: instead = '-' } = body.parameters ?? {};
        seen.add(`${status} v${body.model_version} ${body.outputs?.[0].data} for ${instead}`);
      }
    };
    const clients = Array.from({ length: 4 }, ask);
    for (let turn = 0; turn < 8; turn += 1) {
      await repairs.begin(fallback(1));
      await untilServed(gateway, MODEL, 1);
      await repairs.lift(fallback(1));
      await untilServed(gateway, MODEL, 2);
    }
    stop = true;
    await Promise.all(clients);
    expect([...seen].sort()).toEqual(['200 v1 2 for 2', '200 v2 1002 for -']);
  });

  test('stays after a restart, from the first moment at which the gateway is ready', async () => {
    const { world, gateway, repairs } = await withChampion2();
    await repairs.begin(fallback(1));
    await untilServed(gateway, MODEL, 1);
    await gateway.close();
    const next = await world.gateway();
    await until(
      () => get(`${next.address}/v2/health/ready`),
      ({ status }) => status === 200,
    );
    const first = await post(`${next.address}${INFER}`, oneRow(1));
    expect(first.body).toMatchObject({ model_version: '1', parameters: { fallback_for: '2' } });
  });

  test('stays while the registry cannot be read', async () => {
    const lines: string[] = [];
    const logger = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
    const { world, gateway, url, repairs } = await repairedWorld({ logger });
    await world.promote(MODEL, await world.register(MODEL, 'linear-plus-1000'));
    await untilServed(gateway, MODEL, 2);
    await repairs.begin(fallback(1));
    await repairs.begin(impute('a', 20));
    await untilServed(gateway, MODEL, 1);
    await repairs.hide();
    while (!lines.some((line) => /registry cannot be read/.test(line))) await pause(5);
    const answer = await invoke(url, { b: 1 });
    expect(answer.body).toMatchObject({ predictions: [41], imputed: ['a'], fallback_for: '2' });
    await repairs.show();
    while (!lines.some((line) => /can be read again/.test(line))) await pause(5);
    expect((await invoke(url, { b: 1 })).body).toMatchObject({ fallback_for: '2' });
  });

  test('that cannot stand in for the champion is not taken: the champion goes on', async () => {
    const lines: string[] = [];
    const logger = pino({ level: 'error' }, { write: (line: string) => void lines.push(line) });
    const { world, url, repairs } = await repairedWorld({ logger });
    const record = await world.registry.version(MODEL, 1);
    if (record === null) throw new Error('no version 1');
    const sample = newVersion(MODEL);
    // It knows the columns under other names.
    const inputs = LINEAR.inputs.map((input) => ({ ...input, name: `${input.name}-renamed` }));
    const { version } = await world.registry.registerVersion(
      'run-x/register',
      { ...sample, content: { ...record.content, signature: { ...LINEAR, inputs } } },
      'test',
      'another signature',
    );
    await repairs.begin(fallback(version));
    while (lines.length === 0) await pause(5);
    expect(lines[0]).toContain('cannot stand in for the champion: it does not know a');
    expect((await post(`${url}${INFER}`, oneRow(1))).body.model_version).toBe('1');
    // The model is served: what it cannot have is no reason to be taken out of service.
    expect((await get(`${url}/v2/health/ready`)).status).toBe(200);
  });
});
