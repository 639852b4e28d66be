import { readFile, stat, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { FeatureUse, ModelSignature, VersionRecord } from '../../../contracts/index.js';
import type { BatchJob } from '../../../models/batch/batch-job.js';
import { type JobFeatures, openJobFeatures } from '../../../models/batch/features/job-features.js';
import { predictCompleted } from '../../../models/batch/features/predict-completed.js';
import { predictRecords } from '../../../models/batch/stream/predict-records.js';
import { materializeView, openOnlineStore } from '../../../models/features/index.js';
import { loadModel } from '../../../models/inference/load-model.js';
import { featureDirectory, viewOf } from '../features/feature-files.js';
import { LINEAR } from '../serving/serving-fixture.js';

const files = featureDirectory();

/** rentals = 2 a + b, where both are features of a station; `b` may be missing. */
const BY_STATION: ModelSignature = {
  ...LINEAR,
  context: [...LINEAR.context, { name: 'station', role: 'entity', kind: 'integer' }],
};
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

const ROWS = 'station,known_at,a,b\n1,2024-05-01,10,1\n2,2024-05-02,20,2\n3,2024-01-01,30,3\n';

beforeAll(async () => {
  await files.file('stations.csv', ROWS);
  const store = await openOnlineStore(files.path('features/online.db'));
  await materializeView(store, {
    definition: STATIONS,
    baseDirectory: files.root,
    untilMs: Date.UTC(2024, 5),
  });
  await store.close();
});

async function features(env: NodeJS.ProcessEnv = {}, serve = {}): Promise<JobFeatures> {
  const opened = await openJobFeatures(
    { artifacts: { readJson: async () => ({ serve }) as never }, home: { root: files.root }, env },
    { model: 'rentals', content: { signature: BY_STATION, features: USES } } as VersionRecord,
  );
  if (opened === null) throw new Error('no features');
  onTestFinished(() => opened.close());
  return opened;
}

async function model() {
  const graph = fileURLToPath(new URL('../../fixtures/onnx/linear.onnx', import.meta.url));
  const loaded = await loadModel(graph, BY_STATION);
  onTestFinished(() => loaded.release());
  return loaded;
}

function job(input: string, more: Partial<BatchJob> = {}): BatchJob {
  return {
    input: files.path(input),
    output: files.path(`${input}.out.ndjson`),
    outputFormat: 'ndjson',
    model: 'rentals',
    version: 3,
    graph: 'digest of the graph',
    signature: BY_STATION,
    columns: null,
    onBadRow: 'fail',
    requestUuid: '01a1fc76-d89c-728d-8ed4-dcc4a4e8e661',
    workDir: files.path(`.${input}.work`),
    ...more,
  };
}

async function written({ output }: BatchJob): Promise<readonly Record<string, unknown>[]> {
  const lines = (await readFile(output, 'utf8')).trim().split('\n');
  return lines.map((line) => JSON.parse(line));
}

describe('a file of a model with features', () => {
  test('is given what it lacks by the keys of its rows; what it brings itself stands', async () => {
    await files.file(
      'orders.csv',
      'order,hour,station,a\nx,2024-05-03T00:00:00Z,1,\ny,2024-05-03T00:00:00Z,2,7\nz,2024-05-03T00:00:00Z,1,\n',
    );
    const orders = job('orders.csv');
    const result = await predictCompleted(orders, await model(), await features());
    expect(result).toMatchObject({ rows: 3, written: 3, bad: 0 });
    expect(await written(orders)).toMatchObject([
      { order: 'x', station: 1, prediction: 21 },
      { order: 'y', station: 2, a: 7, prediction: 16 },
      { order: 'z', prediction: 21 },
    ]);
    // Only columns that the file has are in the output.
    expect((await written(orders))[0]).not.toHaveProperty('b');
    await expect(stat(`${orders.workDir}.features`)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('has bad rows where a needed feature is not known, or too old at the time of the row', async () => {
    await files.file(
      'stale.csv',
      'hour,station\n2024-05-03T00:00:00Z,1\n2024-05-03T00:00:00Z,3\n2024-05-03T00:00:00Z,\n2024-01-02T00:00:00Z,3\n',
    );
    const stale = job('stale.csv', { onBadRow: 'null' });
    const result = await predictCompleted(stale, await model(), await features());
    expect(result).toMatchObject({ bad: 2, examples: [{ row: 1 }, { row: 2 }] });
    expect(result.examples[0]?.reason).toContain('a is missing');
    expect((await written(stale)).map(({ prediction }) => prediction)).toEqual([
      21,
      null,
      null,
      63,
    ]);
  });

  test('goes on after a kill with what was looked up before it', async () => {
    await files.file('again.csv', 'hour,station\n2024-05-03T00:00:00Z,1\n');
    const again = job('again.csv');
    const graph = await model();
    const broken = {
      ...graph,
      signature: graph.signature,
      predictTable: () => Promise.reject(new Error('killed')),
    } as unknown as typeof graph;
    await expect(predictCompleted(again, broken, await features())).rejects.toThrow('killed');
    // The store is gone meanwhile: what was found is on disk.
    const gone = await features({ MILLRACE_ONLINE_STORE: 'redis://127.0.0.1:9/0' });
    await predictCompleted(again, graph, gone);
    expect(await written(again)).toMatchObject([{ prediction: 21 }]);
  });

  test('that was refused for what was not known is looked up anew', async () => {
    await files.file('later.csv', 'hour,station\n2024-05-03T00:00:00Z,8\n');
    const later = job('later.csv');
    await expect(predictCompleted(later, await model(), await features())).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringMatching(/later\.csv has rows that .* row 0: a is missing/),
    });
    const made = {
      ...STATIONS,
      source: { ...STATIONS.source, files: [{ name: 'eight', path: 'eight.csv' }] },
    };
    await files.file('eight.csv', `${ROWS}8,2024-05-01,40,4\n`);
    const store = await openOnlineStore(files.path('features/online.db'));
    const untilMs = Date.UTC(2024, 5);
    await materializeView(store, {
      definition: made,
      baseDirectory: files.root,
      untilMs,
    });
    await store.close();
    await predictCompleted(later, await model(), await features());
    expect(await written(later)).toMatchObject([{ prediction: 84 }]);
  });

  test('is not predicted for where the store does not answer, unless its pipeline says so', async () => {
    await files.file('down.csv', 'hour,station,a\n2024-05-03T00:00:00Z,1,4\n');
    const down = { MILLRACE_ONLINE_STORE: 'redis://127.0.0.1:9/0' };
    const asked = job('down.csv');
    await expect(
      predictCompleted(asked, await model(), await features(down)),
    ).rejects.toMatchObject({ type: 'ServiceUnavailable' });
    const tolerant = await features(down, { features: { onFailure: 'asMissing' } });
    expect(await predictCompleted(asked, await model(), tolerant)).toMatchObject({ unanswered: 1 });
  });
});

test('records of a stream are given what they lack, and keep their own fields', async () => {
  const records = ['{"station":1,"hour":"2024-05-03T00:00:00Z"}', 'x', '{"station":9}'].map(
    (text, index) => ({ text, position: String(index) }),
  );
  const { lookup } = await features();
  const made = await predictRecords({ version: 3, model: await model(), lookup }, records, {
    identity: 'orders',
    columns: null,
    onBadRow: 'null',
  });
  const lines = made.lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toMatchObject([
    { station: 1, prediction: 21 },
    { prediction: null, prediction_error: expect.stringContaining('is not JSON') },
    { station: 9, prediction: null, prediction_error: expect.stringContaining('field a') },
  ]);
  expect(lines[0]).not.toHaveProperty('a');
});

test('a file whose rows need nothing is left as it is', async () => {
  await writeFile(files.path('whole.csv'), 'a,b\n1,1\n');
  const whole = job('whole.csv');
  await predictCompleted(whole, await model(), await features());
  expect(await written(whole)).toMatchObject([{ a: 1, b: 1, prediction: 3 }]);
});
