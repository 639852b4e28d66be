import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ModelServer, ModelSignature } from '../../../contracts/index.js';
import type { Gateway } from '../../../gateway.js';
import { openModel } from '../../../models/sources/index.js';
import { ledgerEntry } from '../registry/sample-records.js';
import {
  CLASSIFIED,
  CLASSIFIER,
  createWorld,
  get,
  LINEAR,
  post,
  sharedWorld,
  untilServed,
  type World,
} from '../serving/serving-fixture.js';
import { commandOf, manifestOf, registerServed } from './external-world.js';

const WORDS: ModelSignature = {
  task: 'classification',
  inputs: [{ name: 'text', kind: 'string', nullable: false, tensor: 'categorical', index: 0 }],
  context: [],
  output: { name: 'word', kind: 'string', classes: ['no', 'yes'] },
};

let world: World;
let gateway: Gateway;

/** `relay` asks another gateway's `bike-demand`; `undecided` a server that answers one way or another. */
sharedWorld(async (cleanUp) => {
  const peers = await createWorld(cleanUp);
  await peers.promote('bike-demand', await peers.register('bike-demand', 'linear'));
  await peers.promote(CLASSIFIED, await peers.register(CLASSIFIED, 'classifier'));
  const peer = await peers.gateway();
  await untilServed(peer, 'bike-demand', 1);
  await untilServed(peer, CLASSIFIED, 1);
  url = peer.address;
  world = await createWorld(cleanUp);
  const relay = manifestOf(overOip('bike-demand'));
  const cache = { maxEntries: 100, maxBytes: 100_000, ttlMs: 60_000 };
  for (const _ of ['one', 'two']) await registerServed(world, 'relay', relay, { cache });
  await world.promote('relay', 1);
  const sampling = { times: 5, concurrency: 1 };
  const undecided = manifestOf({ place: commandOf('undecided.py'), sampling }, WORDS);
  await world.promote('undecided', await registerServed(world, 'undecided', undecided));
  gateway = await world.gateway();
  await untilServed(gateway, 'relay', 1);
});

let url: string;

function overOip(model: string, over: Partial<ModelServer> = {}) {
  return { protocol: 'oip', place: { kind: 'url', url }, model, ...over } as const;
}

const invoke = (model: string, inputs: object) =>
  post(`${gateway.address}/models/${model}/invocations`, { inputs });

function logged(model: string): readonly Record<string, unknown>[] {
  const directory = join(world.home.predictionsDir, model, gateway.id);
  return readdirSync(directory)
    .filter((name) => name.startsWith('predictions-'))
    .flatMap((name) => readFileSync(join(directory, name), 'utf8').trim().split('\n'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('a model at another server', () => {
  it.each(['oip', 'invocations'] as const)('is asked rows and tables over %s', async (protocol) => {
    const place = {
      kind: 'url',
      url: protocol === 'oip' ? url : `${url}/models/bike-demand`,
    } as const;
    // That of the whole gateway.
    const readyPath = '/../../ping';
    const server = overOip('bike-demand', {
      protocol,
      place,
      ...(protocol === 'invocations' && { readyPath }),
    });
    const model = await openModel({ artifacts: world.artifacts }, manifestOf(server));
    const { predictions } = await model.predict([
      { a: 2, b: 1 },
      { a: -1.5, b: 7 },
    ]);
    expect(predictions).toEqual([5, 4]);
    const a = { name: 'a', kind: 'number', values: Float64Array.of(1, 2) } as const;
    const b = { name: 'b', kind: 'integer', values: Float64Array.of(1, 1) } as const;
    const table = { rows: 2, columns: [a, b], metadata: {} };
    expect(await model.predictTable(table)).toEqual({
      task: 'regression',
      values: Float64Array.of(3, 5),
    });
    await model.release();
  });

  it.each([
    ['relay', 'oip_server'],
    ['undecided', 'mlflow_server'],
  ])('%s says in its metadata what answers for it', async (model, platform) => {
    await expect
      .poll(async () => (await get(`${gateway.address}/v2/models/${model}`)).body, {
        timeout: 20_000,
      })
      .toMatchObject({ platform });
  });

  it('may give the probabilities of its classes', async () => {
    const server = overOip(CLASSIFIED, { probabilities: 'probabilities' });
    const model = await openModel({ artifacts: world.artifacts }, manifestOf(server, CLASSIFIER));
    const { predictions, probabilities } = await model.predict([{ a: 3 }, { a: -3 }]);
    expect(predictions).toEqual(['high', 'low']);
    expect(probabilities?.map(([low = 0, high = 0]) => low < high)).toEqual([true, false]);
  });

  it.each([
    [{ model: 'bikes' }, 503, 'is not ready'],
    [{ output: 'cups' }, 502, 'has no output cups'],
    [{ place: { kind: 'url', url: 'http://127.0.0.1:9' } as const }, 503, 'is not ready'],
  ])('that is not as it was said to be is no model: %o', async (over, statusCode, message) => {
    const server = overOip('bike-demand', over);
    await expect(
      openModel({ artifacts: world.artifacts }, manifestOf(server)),
    ).rejects.toMatchObject({
      statusCode,
      message: expect.stringContaining(message),
    });
  });

  it('is asked with the token of the environment, and not without', async () => {
    const place = { kind: 'url', url, tokenFrom: 'MILLRACE_TEST_NO_TOKEN' } as const;
    const server = overOip('bike-demand', { place });
    await expect(
      openModel({ artifacts: world.artifacts }, manifestOf(server)),
    ).rejects.toMatchObject({
      type: 'EnvironmentMissing',
    });
  });

  it('of a command is not started where nobody may', async () => {
    const manifest = manifestOf({ place: commandOf('linear.py') }, LINEAR);
    await expect(openModel({ artifacts: world.artifacts }, manifest)).rejects.toThrow(
      'this program starts none',
    );
  });
});

describe('answers that are kept', () => {
  it('are marked, logged under ids of their own, counted, and forgotten on a switch', async () => {
    const rows = { a: [10, 20], b: [1, 1] };
    const first = await invoke('relay', rows);
    const again = await invoke('relay', { a: [20, 30], b: [1, 1] });
    expect([first.body.cached, again.body.cached]).toEqual([
      [false, false],
      [true, false],
    ]);
    expect(again.body.predictions).toEqual([41, 61]);
    const uuid = again.headers.get('x-millrace-prediction-id');
    const [hit, miss] = [0, 1].map((row) =>
      logged('relay').find(({ id }) => id === `${uuid}/${row}`),
    );
    expect(hit).toMatchObject({ inputs: { a: 20, b: 1 }, prediction: 41, cached: true });
    expect(miss).not.toHaveProperty('cached');
    const { body: metrics } = await get(`${gateway.address}/metrics`);
    expect(metrics).toMatch(/millrace_cache_hits_total\{model="relay"\} [1-9]/);
    expect(metrics).toMatch(/millrace_cache_entries\{model="relay",version="1"\} [1-9]/);
    await world.promote('relay', 2);
    await untilServed(gateway, 'relay', 2);
    await world.promote('relay', 1);
    await untilServed(gateway, 'relay', 1);
    expect((await invoke('relay', rows)).body.cached).toEqual([false, false]);
  });

  it('are not given while a rollout compares versions', async () => {
    const rows = { a: [10], b: [1] };
    await invoke('relay', rows);
    await world.registry.moveRoute({
      model: 'relay',
      number: 1,
      route: {
        model: 'relay',
        number: 1,
        rolloutId: 'rollout-1',
        strategy: 'abTest',
        arms: [
          { version: 1, weightPercent: 50 },
          { version: 2, weightPercent: 50 },
        ],
        shadows: [],
        stickyBy: null,
        seed: 'seed',
        at: '2024-01-01T00:00:00.000Z',
      },
      ledger: ledgerEntry('relay', 'route/1'),
    });
    await expect
      .poll(async () => (await invoke('relay', rows)).body.cached, { timeout: 20_000 })
      .toBeUndefined();
  });
});

describe('a model that is asked several times', () => {
  it('says its commonest answer, and how common it is', async () => {
    await expect
      .poll(async () => (await invoke('undecided', { text: ['sure'] })).status, { timeout: 20_000 })
      .toBe(200);
    const { body, headers } = await invoke('undecided', { text: ['perhaps', 'sure'] });
    expect(body).toMatchObject({ predictions: ['yes', 'yes'], confidence: [0.6, 1] });
    const uuid = headers.get('x-millrace-prediction-id');
    expect(logged('undecided').find(({ id }) => id === `${uuid}/0`)).toMatchObject({
      prediction: 'yes',
      confidence: 0.6,
      probabilities: [0.4, 0.6],
    });
  });

  it('says so over the Open Inference Protocol too', async () => {
    const { body } = await post(`${gateway.address}/v2/models/undecided/infer`, {
      inputs: [{ name: 'text', shape: [1], datatype: 'BYTES', data: ['perhaps'] }],
    });
    expect(body.parameters.confidence).toEqual([0.6]);
  });
});
