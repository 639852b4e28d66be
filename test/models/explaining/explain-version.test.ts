import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Explanation, ServerManifest, VersionRecord } from '../../../contracts/index.js';
import { startGateway } from '../../../gateway.js';
import { type ExplainRequest, explainVersion } from '../../../models/explaining/index.js';
import { newRequestUuid, predictionId } from '../../../models/predictions/prediction-id.js';
import { openPredictionLog } from '../../../models/predictions/prediction-log.js';
import { createPredictionReader } from '../../../models/predictions/prediction-reader.js';
import { openRegistryWriter } from '../../../models/registry/index.js';
import { pythonEnvironment } from '../../../setup/pinned-environment.mjs';
import { createLocalArtifactStore } from '../../../storage/artifacts/index.js';
import { writeParquet } from '../../../storage/tabular/write-parquet.js';
import { PYTHON_DIRECTORY, PYTHON_NOTE, WITHOUT_PYTHON } from '../../python/python.js';
import { eventually } from '../../support/eventually.js';
import { transition } from '../registry/sample-records.js';
import { type ExplainedHome, explainedHome, rowsOf } from './explained-home.js';

const SEED = 11;
/** Installing the libraries, where this machine has not done it yet. */
const INSTALLING_MS = 600_000;

let directory: string;
let world: ExplainedHome;
let executable: string;

beforeAll(async () => {
  if (WITHOUT_PYTHON) return;
  directory = await mkdtemp(join(tmpdir(), 'millrace-explain-'));
  executable = await pythonEnvironment(join(PYTHON_DIRECTORY, 'requirements-explaining.txt'), {
    complete: true,
  });
  world = await explainedHome(directory);
  await writeParquet(rowsOf(world.table, 0, 60), join(directory, 'background.parquet'));
  await writeParquet(rowsOf(world.table, 450, 456), join(directory, 'few.parquet'));
  await writeParquet(rowsOf(world.table, 450, 510), join(directory, 'many.parquet'));
}, INSTALLING_MS);
const closing: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
  if (!WITHOUT_PYTHON) await rm(directory, { recursive: true, force: true });
});

const at = (name: string) => join(directory, `${name}.parquet`);

function explained(record: VersionRecord, request: Partial<ExplainRequest>): Promise<Explanation> {
  const signal = new AbortController().signal;
  return explainVersion(
    {
      artifacts: createLocalArtifactStore(world.home.artifactsDir),
      log: createPredictionReader(world.home.predictionsDir),
      signal,
      python: async () => ({ executable, directory: PYTHON_DIRECTORY, signal }),
    },
    record,
    { method: 'shap', rows: { of: 'holdout' }, seed: SEED, ...request },
  );
}

/** The same by the libraries themselves. */
async function oracle(record: VersionRecord, rows: string, classIndex: number | null) {
  const { signature, onnx, target } = record.content;
  if (onnx === undefined) throw new Error('no graph');
  const artifacts = createLocalArtifactStore(world.home.artifactsDir);
  const script = fileURLToPath(new URL('oracle.py', import.meta.url));
  const child = spawn(executable, [script], {
    env: { ...process.env, NUMBA_DISABLE_JIT: '1' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(
    JSON.stringify({
      onnx: await artifacts.localPath(onnx),
      background: at('background'),
      rows: at(rows),
      inputs: signature.inputs.map(({ name }) => name),
      categorical: signature.inputs.flatMap(({ name, tensor }) =>
        tensor === 'categorical' ? [name] : [],
      ),
      target,
      class: classIndex,
      seed: SEED,
    }),
  );
  let text = '';
  for await (const chunk of child.stdout) text += String(chunk);
  return JSON.parse(text) as Readonly<Record<string, readonly (readonly number[])[]>>;
}

function expectEqual(actual: unknown, expected: unknown, tolerance = 1e-6): void {
  const [one, other] = [actual, expected].map((values) => [values].flat(5).map(Number));
  expect(one?.length).toBe(other?.length);
  const apart = (one ?? []).map((value, i) => Math.abs(value - (other?.[i] ?? Number.NaN)));
  expect(Math.max(...apart)).toBeLessThanOrEqual(tolerance);
}

const mostImportant = ({ features, importance }: Explanation) =>
  features[importance.indexOf(Math.max(...importance))];

const attributions = ({ rows }: Explanation) => rows.map((row) => row.attributions);

describe.skipIf(WITHOUT_PYTHON)(`what the libraries say${PYTHON_NOTE}`, () => {
  test('of a regression: every method gives the values of its library', async () => {
    const { rentals } = world.versions;
    const [few, many] = await Promise.all([
      oracle(rentals, 'few', null),
      oracle(rentals, 'many', null),
    ]);
    const from = { backgroundFile: at('background'), backgroundRows: 60 };
    const fewRows = { ...from, rows: { of: 'file', path: at('few') } } as const;
    const manyRows = { ...from, rows: { of: 'file', path: at('many') } } as const;

    const shap = await explained(rentals, { ...fewRows });
    expectEqual(attributions(shap), few['shap']);
    expect(shap.algorithm).toBe('exact');
    for (const row of shap.rows) {
      const sum = (row.attributions ?? []).reduce((total, part) => total + part, 0);
      expect((shap.baseValue ?? 0) + sum).toBeCloseTo(row.score, 4);
    }
    const kernel = await explained(rentals, { ...fewRows, method: 'kernelShap' });
    expectEqual(attributions(kernel), few['kernelShap']);
    const lime = await explained(rentals, { ...fewRows, method: 'lime', samples: 400 });
    expectEqual(attributions(lime), few['lime']);
    expect(lime.rows[0]?.conditions?.join(' ')).toMatch(/hour_of_day (<=|>)|< hour_of_day/);

    const dependence = await explained(rentals, {
      ...manyRows,
      method: 'partialDependence',
      ice: true,
      features: ['hour_of_day', 'weather', 'temperature'],
    });
    const [hour] = dependence.curves;
    expectEqual(hour?.average, many['partialDependence']);
    expectEqual(hour?.values, many['grid']);
    expectEqual(hour?.individual, many['individual']?.slice(0, 50));

    const permutation = await explained(rentals, {
      ...manyRows,
      method: 'permutation',
      repeats: 3,
    });
    expectEqual(permutation.importance, many['permutation']);
    expect(permutation.metric).toBe('mae');
  }, 600_000);

  test('of a classification: the probability of the class that is asked for', async () => {
    const { level } = world.versions;
    const { classes = [] } = level.content.signature.output;
    const classIndex = classes.indexOf('high');
    const expected = await oracle(level, 'few', classIndex);
    const from = {
      backgroundFile: at('background'),
      backgroundRows: 60,
      rows: { of: 'file', path: at('few') },
      classIndex,
    } as const;
    const shap = await explained(level, from);
    expect(shap.class).toBe('high');
    expectEqual(attributions(shap), expected['shap']);
    const lime = await explained(level, { ...from, method: 'lime', samples: 400 });
    expectEqual(attributions(lime), expected['lime']);
  }, 300_000);
});

describe.skipIf(WITHOUT_PYTHON)(`a model that a server answers for${PYTHON_NOTE}`, () => {
  let served: VersionRecord;
  beforeAll(async () => {
    const { rentals } = world.versions;
    const registry = await openRegistryWriter(world.home.registryFile);
    await registry.transition(transition('rentals', 1, rentals.version));
    await registry.close();
    const logger = pino({ level: 'silent' });
    const gateway = await startGateway({ home: world.home.root, port: 0, logger });
    closing.push(() => gateway.close());
    const url = gateway.address;
    await eventually(async () => expect((await fetch(`${url}/ping`)).status).toBe(200));
    const { onnx: _, ...described } = rentals.content;
    const server = {
      protocol: 'oip',
      place: { kind: 'url', url },
      model: 'rentals',
      timeoutMs: 10_000,
    } as const;
    const content = { ...described, algorithm: 'served', server } as ServerManifest;
    served = { ...rentals, content };
  });
  test.each<Partial<ExplainRequest>>([
    { method: 'kernelShap' },
    { method: 'lime', samples: 200 },
    { method: 'partialDependence', features: ['hour_of_day', 'weather'] },
    { method: 'permutation', repeats: 2 },
  ])(
    'is explained as the graph behind it is: %j',
    async (request) => {
      const rows = {
        of: 'file',
        path: at(
          request.method === 'permutation' || request.method === 'partialDependence'
            ? 'many'
            : 'few',
        ),
      } as const;
      const asked = { backgroundFile: at('background'), backgroundRows: 20, rows, ...request };
      const [own, others] = await Promise.all([
        explained(world.versions.rentals, asked),
        explained(served, asked),
      ]);
      if (request.method === 'lime') {
        // Between two hours there is none: a server is asked with the nearest, a graph with any.
        expect(mostImportant(others)).toBe(mostImportant(own));
      } else {
        // One request or many: float32 rounds its last bit differently.
        expectEqual(others.importance, own.importance, 1e-4);
      }
      const scores = ({ rows: explained }: Explanation) => explained.map(({ score }) => score);
      expectEqual(scores(others), scores(own), 1e-4);
      expect(Math.max(...others.importance)).toBeGreaterThan(1);
    },
    300_000,
  );

  test('has no importance of its own, and is told what to ask for', async () => {
    const { importance: _, ...content } = served.content;
    const refused = explained({ ...served, content }, { method: 'native' });
    await expect(refused).rejects.toMatchObject({
      type: 'InvalidInput',
      message: 'rentals@1 is answered by a server, which tells nothing of its own importance',
      hint: expect.stringContaining('permutation'),
    });
  });
});

describe.skipIf(WITHOUT_PYTHON)(`how far it can be relied on${PYTHON_NOTE}`, () => {
  test('the same seed gives the same explanation, which names what the data was made by', async () => {
    const { rentals } = world.versions;
    const once = await explained(rentals, { limit: 12 });
    const again = await explained(rentals, { limit: 12 });
    expect({ ...again, at: '' }).toEqual({ ...once, at: '' });
    const importance = new Map(once.features.map((name, i) => [name, once.importance[i] ?? 0]));
    for (const name of ['temperature', 'weather', 'hour_of_day']) {
      expect(importance.get(name)).toBeGreaterThan(5);
    }
    // The label does not depend on it.
    expect(importance.get('working_day')).toBeLessThan(1);
    expect(once.faithfulness?.change).toBeGreaterThan(once.faithfulness?.randomChange ?? 0);
    expect(once.faithfulness?.betterThanRandom).toBeGreaterThan(0.5);
    expect(once.consistency).toMatchObject({ parts: 4, rows: 10 });
    expect(once.consistency?.cosine).toBeGreaterThan(0.8);
    expect(once.notes).toContain('12 of 150 rows were drawn');
  }, 300_000);

  test('the importance that training stored; a model without one says so', async () => {
    const { rentals, busy, neighbours } = world.versions;
    const trees = await explained(rentals, { method: 'native', limit: 20 });
    expect(trees.nativeKind).toBe('impurityDecrease');
    expect(trees.importance.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 9);
    expect(trees.consistency).toBeNull();
    expect(trees.faithfulness?.betterThanRandom).toBeGreaterThan(0.5);
    const linear = await explained(busy, { method: 'native', limit: 20 });
    expect(linear).toMatchObject({ nativeKind: 'coefficient', class: true });
    await expect(explained(neighbours, { method: 'native' })).rejects.toMatchObject({
      type: 'InvalidInput',
      message: 'neighbours@1 (k-nearest-neighbours) has no importance of its own',
    });
  }, 300_000);

  test('a prediction is explained by the row that was logged, whichever version is asked', async () => {
    const { rentals } = world.versions;
    const id = predictionId(newRequestUuid(), 3);
    const inputs = { temperature: 21.5, hour_of_day: 9, working_day: null, weather: 'rain' };
    const log = openPredictionLog({
      directory: world.home.predictionsDir,
      gatewayId: 'gateway-a',
      logger: pino({ level: 'silent' }),
    });
    await log.writer('rentals').append([
      {
        id,
        model: 'rentals',
        version: 1,
        at: new Date().toISOString(),
        eventTime: '2011-01-05T00:00:00Z',
        inputs,
        context: {},
        prediction: 80,
      },
    ]);
    await log.close();
    const logged = await explained(rentals, { rows: { of: 'prediction', id } });
    const given = await explained(rentals, { rows: { of: 'row', fields: inputs } });
    expect(logged.rows[0]).toEqual({ ...given.rows[0], id });
    expect(logged.rows[0]?.values).toEqual([21.5, 9, null, 'rain']);
    expect(logged.data).toEqual({ from: `prediction ${id}`, rows: 1 });
    const other = await explained(
      { ...rentals, version: 2 },
      { rows: { of: 'prediction', id }, method: 'native' },
    );
    expect(other.notes).toContain('version 1 answered this prediction; version 2 is explained');
  }, 300_000);

  test('too few rows, and rows that are no rows of the model', async () => {
    const { rentals } = world.versions;
    await expect(
      explained(rentals, { method: 'permutation', rows: { of: 'file', path: at('few') } }),
    ).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining('6 given, 20 needed'),
    });
    await expect(explained(rentals, { backgroundRows: 4 })).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining('the background has 4 rows; 10 are needed'),
    });
    await expect(
      explained(rentals, { rows: { of: 'row', fields: { temprature: 9 } } }),
    ).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringContaining(
        'field temprature is not known to the model; did you mean temperature?',
      ),
    });
    await expect(
      explained(rentals, { rows: { of: 'prediction', id: 'nonsense' } }),
    ).rejects.toMatchObject({ type: 'InvalidInput' });
    await expect(
      explained(rentals, {
        rows: { of: 'prediction', id: '019aa1f0-0000-7000-8000-000000000001' },
      }),
    ).rejects.toMatchObject({ type: 'NotFound' });
  }, 300_000);
});
