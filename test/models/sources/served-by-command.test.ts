import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Gateway } from '../../../gateway.js';
import {
  createWorld,
  post,
  sharedWorld,
  untilServed,
  type World,
} from '../serving/serving-fixture.js';
import { commandOf, manifestOf, packedModel, registerServed } from './external-world.js';

let world: World;
let gateway: Gateway;

/** `served` is the fixture's server with a factor of 3; `bike-demand` an ONNX graph beside it. */
sharedWorld(async (cleanUp) => {
  world = await createWorld(cleanUp);
  const model = await packedModel(world, 3);
  const place = commandOf('linear.py', {
    model,
    argv: ['python3', '{model}/linear.py', '{model}'],
  });
  await world.promote('served', await registerServed(world, 'served', manifestOf({ place })));
  await world.promote('bike-demand', await world.register('bike-demand', 'linear'));
  gateway = await world.gateway();
  await untilServed(gateway, 'served', 1);
  await untilServed(gateway, 'bike-demand', 1);
});

const ask = (b: number | null, model = 'served') =>
  post(`${gateway.address}/models/${model}/invocations`, { inputs: { a: [2], b: [b] } });

const serverLog = ({ home } = world) =>
  readFileSync(join(home.logsDir, 'servers', 'version-1-of-served.log'), 'utf8');

const processes = (of = world) =>
  [...serverLog(of).matchAll(/^process (\d+)/gm)].map(([, pid]) => Number(pid));

const isAlive = (pid: number | undefined) => existsSync(`/proc/${pid}`);

describe('a model that a command serves', () => {
  it('answers from the directory that was packed with it, a missing value as missing', async () => {
    expect(await ask(1)).toMatchObject({ status: 200, body: { predictions: [7] } });
    expect((await ask(null)).body.predictions).toEqual([106]);
  });

  it('is written to the prediction log as every other', async () => {
    const { headers } = await ask(4);
    const directory = join(world.home.predictionsDir, 'served', gateway.id);
    const lines = readdirSync(directory)
      .filter((name) => name.startsWith('predictions-'))
      .map((name) => readFileSync(join(directory, name), 'utf8'));
    expect(lines.join('')).toContain(`{"id":"${headers.get('x-millrace-prediction-id')}/0"`);
  });

  it('is asked rows of its signature alone', async () => {
    const { status, body } = await post(`${gateway.address}/models/served/invocations`, {
      inputs: { a: ['two'], b: [1] },
    });
    expect(status).toBe(400);
    expect(body.error).toContain('field a of row 0: "two" is not a number');
  });

  it('has its refusal of rows passed on', async () => {
    const { status, body } = await ask(400);
    expect([status, body.error]).toEqual([400, expect.stringContaining('b must not be 400')]);
  });

  it('gives no answer that its signature does not allow', async () => {
    const { status, body } = await ask(300);
    expect(status).toBe(502);
    expect(body.error).toContain('gave "far" for row 0, not a number');
  });

  it('is started again when it dies; meanwhile its requests are told when to come back', async () => {
    const [before] = processes();
    expect((await ask(500)).status).toBe(503);
    const meanwhile = await ask(1);
    expect(meanwhile.status).toBe(503);
    expect(meanwhile.body.error).toContain('the server of version 1 of served');
    expect(meanwhile.body.error).not.toContain(world.home.root);
    expect(Number(meanwhile.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect((await ask(1, 'bike-demand')).status).toBe(200);
    await expect.poll(async () => (await ask(1)).status, { timeout: 20_000 }).toBe(200);
    expect(isAlive(before)).toBe(false);
    expect(processes()).toHaveLength(2);
  });

  it('is ended where others need its memory, and started by the next request for it', async () => {
    const small = await createWorld();
    const manifest = manifestOf({ place: commandOf('linear.py') });
    await small.promote('served', await registerServed(small, 'served', manifest));
    await small.promote('bike-demand', await small.register('bike-demand', 'linear'));
    // Less than a Python process takes: only one of the two is loaded at a time.
    const crowded = await small.gateway({ modelMemoryBytes: 3 * 2 ** 20 });
    await untilServed(crowded, 'served', 1);
    await untilServed(crowded, 'bike-demand', 1);
    const predict = (model: string) =>
      post(`${crowded.address}/models/${model}/invocations`, { inputs: { a: [2], b: [1] } });
    expect((await predict('served')).body.predictions).toEqual([5]);
    const held = processes(small).at(-1);
    expect(isAlive(held)).toBe(true);
    expect((await predict('bike-demand')).body.predictions).toEqual([5]);
    await expect.poll(() => isAlive(held), { timeout: 20_000 }).toBe(false);
    expect((await predict('served')).body.predictions).toEqual([5]);
    expect(processes(small).at(-1)).not.toBe(held);
  });

  it('ends with the gateway', async () => {
    const pid = processes().at(-1);
    expect(isAlive(pid)).toBe(true);
    await gateway.close();
    expect(isAlive(pid)).toBe(false);
    expect(readdirSync(join(world.home.runtimeDir, 'model-servers'))).toEqual(['groups']);
  });
});
