import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { beforeAll, describe, expect, it } from 'vitest';
import type { FeatureUse, ModelSignature, ServeSpec } from '../../../../contracts/index.js';
import type { Gateway } from '../../../../gateway.js';
import { createLogger } from '../../../../logging/logger.js';
import {
  materializeView,
  measureSkew,
  onlineStorePlace,
  openOnlineStore,
} from '../../../../models/features/index.js';
import { createPredictionReader } from '../../../../models/predictions/prediction-reader.js';
import { loggedFeatures } from '../../../../monitoring/measuring/logged-columns.js';
import { servedFeatures } from '../../../../monitoring/measuring/measure-feature-skew.js';
import { freePort } from '../../../../processes/network-ports.js';
import { eventually } from '../../../support/eventually.js';
import { featureDirectory, viewOf } from '../../features/feature-files.js';
import { logged } from '../logged.js';
import {
  CLASSIFIED,
  CLASSIFIER,
  createWorld,
  LINEAR,
  sharedWorld,
  untilServed,
  type World,
} from '../serving-fixture.js';

const files = featureDirectory();

/** rentals = 2 a + b, where both are features of a station. */
const BY_STATION: ModelSignature = {
  ...LINEAR,
  context: [...LINEAR.context, { name: 'station', role: 'entity', kind: 'integer' }],
};

const ROWS =
  'station,known_at,a,b\n1,2024-05-01,10,1\n2,2024-05-02,20,\n3,2024-01-01,30,3\n4,2024-05-01,,4\n';

const STATIONS = viewOf(
  `
entity: station
timestamp: known_at
source: stations.csv
ttl: 10d
features: {a: number, b: integer}`,
  'stations',
);
const USES: readonly FeatureUse[] = [{ definition: STATIONS, columns: ['a', 'b'] }];

let world: World;
let gateway: Gateway;

/** 'high' where a > 0, else 'low', also where a is missing. */
const TOLERANT: ModelSignature = {
  ...CLASSIFIER,
  inputs: CLASSIFIER.inputs.map((input) => ({ ...input, nullable: true })),
  context: BY_STATION.context,
};

async function serveTolerant(name: string, spec?: ServeSpec): Promise<void> {
  const uses = [{ definition: STATIONS, columns: ['a'] }];
  await world.promote(name, await world.register(name, 'classifier', TOLERANT, spec, uses));
}

async function serve(name: string, spec?: ServeSpec): Promise<void> {
  await world.promote(name, await world.register(name, 'linear', BY_STATION, spec, USES));
}

sharedWorld(async (cleanUp) => {
  world = await createWorld(cleanUp);
  await files.file('stations.csv', ROWS);
  const store = await openOnlineStore(onlineStorePlace(world.home, {}));
  const untilMs = Date.UTC(2024, 5);
  await materializeView(store, { definition: STATIONS, baseDirectory: files.root, untilMs });
  await store.close();
  await serve('bikes');
  await serveTolerant(CLASSIFIED);
  gateway = await world.gateway();
  await untilServed(gateway, 'bikes', 1);
  await untilServed(gateway, CLASSIFIED, 1);
});

async function ask(rows: readonly object[], model = 'bikes', from = gateway) {
  const response = await fetch(`${from.address}/models/${model}/invocations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ dataframe_records: rows }),
  });
  const body = (await response.json()) as { predictions?: (number | string)[]; error?: string };
  return { status: response.status, ...body };
}

const hour = '2024-05-03T00:00:00Z';

describe('a gateway that is given the key of an entity', () => {
  it('looks up the features that the request does not bring', async () => {
    expect(await ask([{ station: 1, hour }])).toMatchObject({ status: 200, predictions: [21] });
  });

  it('takes what the request brings before what is stored', async () => {
    const { predictions } = await ask([
      { station: 1, hour, a: 100 },
      { station: 1, hour, b: 5 },
      { station: '1', hour, a: null, b: null },
      { a: 1, b: 1, hour },
    ]);
    expect(predictions).toEqual([201, 25, 21, 3]);
  });

  it('gives a feature that may be missing as missing', async () => {
    const rows = [1, 4, 3, 99].map((station) => ({ station, hour }));
    const { predictions } = await ask(rows, CLASSIFIED);
    expect(predictions).toEqual(['high', 'low', 'low', 'low']);
  });

  it('refuses, naming the entity, what the model needs and the store has not', async () => {
    const { status, error } = await ask([
      { station: 99, hour },
      { station: 4, hour },
      { hour },
      { station: 3, hour },
    ]);
    expect(status).toBe(400);
    expect(error).toContain(
      'row 0: feature view stations has nothing of station 99, and the model needs a',
    );
    expect(error).toContain('row 1: feature view stations has nothing of station 4');
    expect(error).toContain('row 2 has no station by which feature view stations is looked up');
    // Older than the ttl at the row's event time.
    expect(error).toContain('row 3: feature view stations has nothing of station 3');
  });

  it('looks up nobody by a number that may stand for another one', async () => {
    const station = 2 ** 53;
    for (const model of ['bikes', CLASSIFIED]) {
      const { status, error } = await ask([{ station, hour }], model);
      expect([status, error]).toEqual([
        400,
        expect.stringContaining('row 0: station is a number beyond ±9007199254740991, which may'),
      ]);
    }
    const { error } = await ask([{ station: String(station), hour }]);
    expect(error).toContain('has nothing of station "9007199254740992"');
  });

  it('says over the open inference protocol and in its schema that features may be left out', async () => {
    const response = await fetch(`${gateway.address}/v2/models/bikes/infer`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        inputs: [
          { name: 'station', shape: [2], datatype: 'INT64', data: [1, 1] },
          { name: 'hour', shape: [2], datatype: 'BYTES', data: [hour, hour] },
        ],
      }),
    });
    const body = (await response.json()) as { outputs: { data: number[] }[] };
    expect(body.outputs[0]?.data).toEqual([21, 21]);
    const document = await (await fetch(`${gateway.address}/openapi.json`)).text();
    expect(document).toContain('"station"');
    expect(document).not.toContain('"required":["a"]');
  });

  it('keeps in the log which values were looked up', async () => {
    await ask([{ station: 1, hour, b: 7 }]);
    const rows = await logged(world);
    const row = rows.find(({ inputs }) => inputs['b'] === 7);
    expect(row).toMatchObject({
      inputs: { a: 10, b: 7 },
      context: { station: 1 },
      lookedUp: ['a'],
    });
  });

  it('keeps enough of them in the log to measure how far they are from their source', async () => {
    const later = '2024-06-01T00:00:00Z';
    await ask([
      { station: 1, hour: later, a: 1, b: 1 },
      { station: 2, hour: '2024-05-03T01:00:00Z', b: 2 },
    ]);
    const log = createPredictionReader(world.home.predictionsDir);
    const content = { signature: BY_STATION, features: USES };
    const window = { start: '2024-05-03T00:00:00Z', end: '2024-06-02T00:00:00Z' };
    const skewOf = async (csv: string) => {
      await files.file('stations.csv', csv);
      const opened = await log.openWindow('bikes', window, loggedFeatures(content));
      try {
        const [rows] = opened.versions;
        const served = rows === undefined ? null : await servedFeatures(rows, USES);
        if (served === null) throw new Error('the log lacks a column');
        const request = { served, uses: USES, baseDirectory: files.root, tolerance: 1e-6 };
        return await measureSkew(request);
      } finally {
        await opened.close();
      }
    };
    const same = await skewOf(ROWS);
    expect(same.map(({ differing }) => differing)).toEqual([0, 0]);
    const corrected = await skewOf(ROWS.replace('2,2024-05-02,20,', '2,2024-05-02,21,'));
    expect(corrected[0]).toMatchObject({
      view: 'stations',
      feature: 'a',
      differing: 1,
      missing: 0,
    });
    // What came with its own values is not among them.
    expect(corrected[0]?.rows).toBeLessThan((await logged(world)).length);
  });

  it('counts look-ups by what was found', async () => {
    const metrics = await (await fetch(`${gateway.address}/metrics`)).text();
    for (const outcome of ['found', 'missing', 'expired']) {
      expect(metrics).toMatch(
        new RegExp(`millrace_feature_lookups_total\\{model="bikes",outcome="${outcome}"\\} [1-9]`),
      );
    }
    expect(metrics).toMatch(
      /millrace_feature_lookup_duration_seconds_count\{model="bikes"\} [1-9]/,
    );
  });
});

it('an online store that is not there is told without its address; the log has it', async () => {
  const model = 'bikes-away';
  await serve(model, { features: { timeoutMs: 10_000 } });
  const port = await freePort();
  const file = files.path('gateway.log');
  const logger = createLogger('gateway', { file });
  const env = { MILLRACE_ONLINE_STORE: `redis://someone:hunter22@127.0.0.1:${port}` };
  const away = await world.gateway({ env, logger });
  await untilServed(away, model, 1);
  const { status, error } = await ask([{ station: 1, hour }], model, away);
  expect([status, error]).toEqual([503, expect.stringContaining('features cannot be looked up')]);
  expect(error).not.toMatch(/redis|127\.0\.0\.1|ECONN|hunter22/);
  await eventually(async () => {
    expect(readFileSync(file, 'utf8')).toContain(`redis://someone@127.0.0.1:${port}`);
  });
  expect(readFileSync(file, 'utf8')).not.toContain('hunter22');
});

describe('a gateway whose online store does not answer', () => {
  let mute: Gateway;
  beforeAll(async () => {
    // Takes connections and says nothing.
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as { port: number };
    await serve('bikes-strict', { features: { timeoutMs: 20 } });
    const lenient = { features: { timeoutMs: 20, onFailure: 'asMissing' } } as const;
    await serve('bikes-lenient', lenient);
    await serveTolerant('class-lenient', lenient);
    const env = { MILLRACE_ONLINE_STORE: `redis://127.0.0.1:${port}` };
    mute = await world.gateway({ env });
    await untilServed(mute, 'bikes-strict', 1);
    await untilServed(mute, 'bikes-lenient', 1);
    await eventually(async () => {
      expect(await ask([{ a: 1 }], 'class-lenient', mute)).toMatchObject({ status: 200 });
    });
    return () => silent.close();
  }, 60_000);

  it('refuses within the time that the pipeline gives it, with 503', async () => {
    const { status, error } = await ask([{ station: 1, hour }], 'bikes-strict', mute);
    expect(status).toBe(503);
    expect(error).toContain('the features of bikes-strict were not looked up within 20 ms');
    expect(error).not.toMatch(/redis|127\.0\.0\.1/);
  });

  it('answers requests that bring everything', async () => {
    const { predictions } = await ask([{ a: 1, b: 1, hour }], 'bikes-strict', mute);
    expect(predictions).toEqual([3]);
  });

  it('gives features as missing where the pipeline says so, and refuses what may not be', async () => {
    const lenient = await ask([{ station: 1, hour }], 'class-lenient', mute);
    expect(lenient).toMatchObject({ status: 200, predictions: ['low'] });
    const refused = await ask([{ station: 1, hour }], 'bikes-lenient', mute);
    expect(refused.status).toBe(400);
    expect(refused.error).toContain('feature view stations could not be asked for station 1');
    const metrics = await (await fetch(`${mute.address}/metrics`)).text();
    expect(metrics).toMatch(
      /millrace_feature_lookups_total\{model="bikes-lenient",outcome="failed"\} 1/,
    );
  });
});
