import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { MEDIA_TYPE, type ModelManifest } from '../../../contracts/index.js';
import { createLogger } from '../../../logging/logger.js';
import { openRegistryWriter, type RegistryWriter } from '../../../models/registry/index.js';
import {
  type CurvePoint,
  catchUp,
  markingRegistry,
  markWhatIsBehind,
  trackingTarget,
} from '../../../models/tracking/index.js';
import { createLocalArtifactStore } from '../../../storage/artifacts/local-store.js';
import type { ArtifactStore } from '../../../storage/artifacts/port.js';
import { type MlflowServer, startMlflowServer } from '../../support/mlflow-server.js';
import {
  ledgerEntry,
  measurement,
  newVersion,
  run,
  step,
  transition,
} from '../registry/sample-records.js';
import { type LossyProxy, startLossyProxy } from './lossy-proxy.js';

// In files MLflow keeps a point as often as it was written: none may be there twice.
let mlflow: MlflowServer;
let proxy: LossyProxy;
beforeAll(async () => {
  mlflow = await startMlflowServer('file');
  proxy = await startLossyProxy(mlflow.url);
}, 600_000);
afterAll(async () => {
  await proxy?.close();
  await mlflow?.close();
});

let directory: string;
let registry: RegistryWriter;
let artifacts: ArtifactStore;
let wakes = 0;
let curve: readonly CurvePoint[];
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'millrace-mirror-'));
  wakes = 0;
  curve = [];
  artifacts = createLocalArtifactStore(join(directory, 'artifacts'));
  registry = markingRegistry(
    await openRegistryWriter(join(directory, 'registry.db')),
    target().name,
    (wasEmpty) => {
      if (wasEmpty) wakes += 1;
    },
    logger,
  );
});
afterEach(async () => {
  proxy.lose(false);
  await registry.close();
  rmSync(directory, { recursive: true, force: true });
});

const logger = createLogger('test', { file: '/dev/null' });

function target() {
  const found = trackingTarget({ MLFLOW_TRACKING_URI: proxy.url });
  if (found === null) throw new Error('no target');
  return found;
}

const mirror = () =>
  catchUp(
    { registry, artifacts, logger, curve: async () => curve },
    target(),
    new AbortController().signal,
  );

/** A run that trains, evaluates and registers a version, as the steps record it. */
async function trainedVersion(name: string, runId: string) {
  const onnx = await artifacts.putBytes(Buffer.from(`graph of ${runId}`), MEDIA_TYPE.onnx);
  const sample = newVersion(name);
  const content: ModelManifest = {
    ...sample.content,
    onnx,
    hyperparameters: { trees: 300, max_depth: 7 },
  };
  const manifest = await artifacts.putJson(content, MEDIA_TYPE.model);
  await registry.openRun(
    run(runId, {
      pipeline: name,
      model: name,
      trigger: { kind: 'manual', actor: 'zoë', reason: 'größer 🚲' },
      code: { commit: 'c'.repeat(40), dirty: true, path: '', repository: null },
    }),
  );
  const outputs = { values: {}, artifacts: { model: manifest }, metrics: { 'loss (m²)': 0.5 } };
  const outcome = { status: 'completed', cached: false, outputs, gate: null } as const;
  await registry.recordStep(step(runId, 'train', { kind: 'train', outcome }));
  const evaluated = { ...outcome, outputs: { ...outputs, metrics: { mae: 40.25, r2: 0.8 } } };
  await registry.recordStep(step(runId, 'evaluate', { kind: 'evaluate', outcome: evaluated }));
  const version = await registry.registerVersion(
    `${runId}/register`,
    { ...sample, content, manifest, runId },
    'cli',
    'better',
  );
  await registry.closeRun(runId, 'completed', null, '2024-01-01T00:10:00.000Z');
  return version;
}

/** Told by a step while it worked. */
function tells(count: number): readonly CurvePoint[] {
  return Array.from({ length: count }, (_, index) => ({
    name: 'loss',
    value: 1 / (index + 1),
    step: index,
    atMs: 1_704_067_200_000 + index,
  }));
}

interface RemoteRun {
  readonly info: { readonly run_id: string; readonly status: string; readonly end_time: number };
  readonly data: {
    readonly params?: readonly { key: string; value: string }[];
    readonly tags?: readonly { key: string; value: string }[];
    readonly metrics?: readonly { key: string; value: number; step: number }[];
  };
}

async function runsOf(experiment: string): Promise<readonly RemoteRun[]> {
  const { experiment: found } = await mlflow.get<{ experiment: { experiment_id: string } }>(
    'experiments/get-by-name',
    { experiment_name: experiment },
  );
  const { runs } = await mlflow.post<{ runs?: readonly RemoteRun[] }>('runs/search', {
    experiment_ids: [found.experiment_id],
    order_by: ['attributes.start_time ASC'],
  });
  return runs ?? [];
}

async function onlyRun(experiment: string): Promise<RemoteRun> {
  const [first, ...more] = await runsOf(experiment);
  expect(more).toEqual([]);
  if (first === undefined) throw new Error(`no run in ${experiment}`);
  return first;
}

async function history(remote: RemoteRun, key: string) {
  const { metrics = [] } = await mlflow.get<{
    metrics?: readonly { value: number; step: number; timestamp: number }[];
  }>('metrics/get-history', { run_id: remote.info.run_id, metric_key: key });
  return metrics.map(({ value, step: at, timestamp }) => ({ value, step: at, timestamp }));
}

function asRecord(list: readonly { key: string; value: unknown }[] = []) {
  return Object.fromEntries(list.map(({ key, value }) => [key, value]));
}

async function registered(model: string) {
  const { registered_model: found } = await mlflow.get<{
    registered_model: { aliases?: readonly { alias: string; version: string }[] };
  }>('registered-models/get', { name: model });
  const { model_versions: versions = [] } = await mlflow.get<{
    model_versions?: readonly {
      version: string;
      run_id: string;
      source: string;
      tags?: readonly { key: string; value: string }[];
    }[];
  }>('model-versions/search', { filter: `name='${model}'` });
  return {
    aliases: Object.fromEntries(
      (found.aliases ?? []).map(({ alias, version }) => [alias, version]),
    ),
    versions: versions.toSorted((a, b) => Number(a.version) - Number(b.version)),
  };
}

describe('the mirror', () => {
  test('tells runs with params, curves, metrics, files, versions and aliases, each once', async () => {
    curve = tells(2_500);
    const version = await trainedVersion('größe', 'run-1');
    await registry.transition(transition('größe', 1, version.version));
    expect(wakes).toBe(1);
    expect(await mirror()).toEqual({ written: 2, refused: 0 });

    const remote = await onlyRun('größe');
    expect(remote.info).toMatchObject({ status: 'FINISHED', end_time: 1_704_067_800_000 });
    expect(asRecord(remote.data.params)).toMatchObject({
      from: '2011-01-01',
      nested: '{"list":[1,null,"ü"]}',
      max_depth: '7',
      trees: '200',
      // The run's own parameter has this name already.
      'train/trees': '300',
    });
    expect(asRecord(remote.data.tags)).toMatchObject({
      'millrace.run': 'run-1',
      'millrace.plan': 'a'.repeat(64),
      'millrace.trigger': 'manual',
      'millrace.reason': 'größer 🚲',
      'mlflow.source.git.commit': 'c'.repeat(40),
      'millrace.step.train': 'completed',
    });
    expect(asRecord(remote.data.metrics)).toMatchObject({
      mae: 40.25,
      'evaluate/r2': 0.8,
      'train/loss _m²_': 0.5,
    });
    const told = await history(remote, 'train/loss');
    expect(told).toEqual(
      curve.map(({ value, step: at, atMs }) => ({ value, step: at, timestamp: atMs })),
    );

    const { aliases, versions } = await registered('größe');
    expect(aliases).toEqual({ champion: '1' });
    expect(versions).toMatchObject([{ version: '1', run_id: remote.info.run_id }]);
    const file = `${versions[0]?.source.replace('mlflow-artifacts:/', '')}/model.onnx`;
    const sent = await fetch(`${mlflow.url}/api/2.0/mlflow-artifacts/artifacts/${encodeURI(file)}`);
    expect(await sent.text()).toBe('graph of run-1');

    const beside = async (name: string) => {
      const path = `${versions[0]?.source.replace('mlflow-artifacts:/', '')}/${name}`;
      const found = await fetch(
        `${mlflow.url}/api/2.0/mlflow-artifacts/artifacts/${encodeURI(path)}`,
      );
      return found.text();
    };
    // What MLflow loads a model by.
    expect(JSON.parse(await beside('MLmodel')).flavors).toMatchObject({
      onnx: { data: 'model.onnx' },
      python_function: { data: 'model.onnx', loader_module: 'mlflow.onnx' },
    });
    expect(await beside('requirements.txt')).toContain('onnxruntime');
    const lines = (await beside('ledger.ndjson')).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).action)).toEqual(['registered', 'promoted']);

    const before = { ...proxy.writes };
    await registry.mirror.mark(target().name, ['run/run-1', 'model/größe']);
    expect(await mirror()).toEqual({ written: 2, refused: 0 });
    expect(await markWhatIsBehind({ registry }, target().name)).toBe(1);
    await mirror();
    expect(proxy.writes).toEqual(before);
  });

  test('tells a run whose files were removed before MLflow was there', async () => {
    const { manifest, content } = await trainedVersion('old', 'run-old');
    await registry.life.change({
      model: 'old',
      version: 1,
      revision: (await registry.life.state('old', 1))?.revision ?? 0,
      status: 'deleted',
      approval: 'approved',
      unlessAliased: true,
      ledger: ledgerEntry('old', 'gone'),
    });
    for (const ref of [manifest, content.onnx]) if (ref !== undefined) await artifacts.remove(ref);
    expect(await mirror()).toEqual({ written: 2, refused: 0 });
    expect(asRecord((await onlyRun('old')).data.metrics)).toMatchObject({ mae: 40.25 });
    expect((await registered('old')).versions).toEqual([]);
  });

  test('doubles nothing when the answer to each single write is lost', async () => {
    curve = tells(1_200);
    proxy.lose(true);
    const version = await trainedVersion('lossy', 'run-2');
    await registry.transition(transition('lossy', 1, version.version));
    await registry.life.putTags(1, { team: 'ride' }, ledgerEntry('lossy', 'tag'));
    await registry.recordMeasurement(drifted('lossy', 1, '2011-01-08T00:00:00Z', 0.25));
    const before = proxy.lost;
    let attempts = 1;
    for (; attempts < 100; attempts += 1) {
      const ended = await mirror().catch((error: Error) => error);
      if (!(ended instanceof Error)) break;
      expect(ended.message).toMatch(/did not answer/);
    }
    // Every write was lost once, and none ended the attempt that came after.
    expect(attempts).toBeGreaterThan(15);
    expect(proxy.lost - before).toBe(attempts - 1);

    const remote = await onlyRun('lossy');
    expect(await history(remote, 'train/loss')).toHaveLength(1_200);
    for (const key of ['mae', 'evaluate/mae', 'train/loss _m²_']) {
      expect(await history(remote, key)).toHaveLength(1);
    }
    const { aliases, versions } = await registered('lossy');
    expect(aliases).toEqual({ champion: '1' });
    expect(versions).toHaveLength(1);
    expect(asRecord(versions[0]?.tags)).toMatchObject({ team: 'ride', 'millrace.version': '1' });
    const windows = await onlyRun('monitor/lossy');
    expect(await history(windows, 'prediction_drift/distance')).toHaveLength(1);
  }, 200_000);

  test('is caught up in order when the server was away', async () => {
    await mlflow.stop();
    const first = await trainedVersion('away', 'run-3');
    await registry.transition(transition('away', 1, first.version));
    await expect(mirror()).rejects.toMatchObject({ type: 'ServiceUnavailable' });
    const second = await trainedVersion('away', 'run-4');
    await registry.transition(transition('away', 2, second.version));
    await registry.life.moveAlias({
      model: 'away',
      alias: 'latest',
      version: 1,
      number: 1,
      ledger: ledgerEntry('away', 'alias'),
    });
    expect((await registry.mirrorMarks()).map(({ subject }) => subject)).toEqual([
      'run/run-3',
      'model/away',
      'run/run-4',
    ]);
    // Nobody is woken a second time: what waits is being tried.
    expect(wakes).toBe(1);

    await mlflow.start();
    expect(await mirror()).toEqual({ written: 3, refused: 0 });
    expect(await registry.mirrorMarks()).toEqual([]);
    const { aliases, versions } = await registered('away');
    expect(aliases).toEqual({ champion: '2', 'alias-latest': '1' });
    expect(versions.map(({ tags }) => asRecord(tags)['millrace.run'])).toEqual(['run-3', 'run-4']);

    await registry.transition(transition('away', 3, 1));
    await registry.life.moveAlias({
      model: 'away',
      alias: 'latest',
      version: null,
      number: 2,
      ledger: ledgerEntry('away', 'alias gone'),
    });
    await mirror();
    expect((await registered('away')).aliases).toEqual({ champion: '1' });
  }, 400_000);

  test('tells what was measured of each window, and a later value after the earlier', async () => {
    await trainedVersion('watched', 'run-5');
    const [first, second] = ['2011-01-08T00:00:00Z', '2011-01-15T00:00:00Z'] as const;
    await registry.recordMeasurement(drifted('watched', 1, first, 0.25));
    await registry.recordMeasurement(drifted('watched', 1, second, 0.5));
    await mirror();
    const windows = await onlyRun('monitor/watched');
    const at = (end: string) => Date.parse(end);
    expect(await history(windows, 'prediction_drift/distance')).toEqual([
      { value: 0.25, step: 0, timestamp: at(first) },
      { value: 0.5, step: 1, timestamp: at(second) },
    ]);

    // Labels come late, and rows too.
    const performance = {
      verdict: 'lost',
      metric: 'mae',
      value: 60,
      baseline: 40,
      relativeLoss: 0.5,
      threshold: 0.1,
    } as const;
    await registry.recordMeasurement({ ...drifted('watched', 1, first, 0.3), performance });
    await mirror();
    expect(await history(windows, 'prediction_drift/distance')).toContainEqual({
      value: 0.3,
      step: 0,
      timestamp: at(first) + 1,
    });
    expect(await history(windows, 'performance/mae')).toEqual([
      { value: 60, step: 0, timestamp: at(first) },
    ]);
    expect(await history(windows, 'rows')).toHaveLength(2);
  });

  test('keeps what the server refuses with its reason, and goes on', async () => {
    await trainedVersion('gone', 'run-6');
    await mirror();
    const remote = await onlyRun('gone');
    await mlflow.post('runs/delete', { run_id: remote.info.run_id });
    await registry.recordStep(step('run-6', 'late', { outcome: null, status: 'failed' }));
    await trainedVersion('other', 'run-7');
    expect(await mirror()).toEqual({ written: 2, refused: 1 });
    expect(await registry.mirrorMarks()).toMatchObject([
      { subject: 'run/run-6', refused: expect.stringMatching(/^MLflow refused logging/) },
    ]);
    expect(await runsOf('other')).toHaveLength(1);
  });

  test('goes on from MLflow where a backup took the place of the registry', async () => {
    curve = tells(10);
    await trainedVersion('restored', 'run-8');
    await mirror();
    await registry.close();
    rmSync(join(directory, 'registry.db'));
    registry = markingRegistry(
      await openRegistryWriter(join(directory, 'registry.db')),
      target().name,
      () => {},
      logger,
    );
    await trainedVersion('restored', 'run-8');
    await mirror();
    expect(await history(await onlyRun('restored'), 'train/loss')).toHaveLength(10);
    expect((await registered('restored')).versions).toHaveLength(1);
  });
});

function drifted(model: string, version: number, end: string, distance: number) {
  const start = new Date(Date.parse(end) - 7 * 86_400_000).toISOString().replace('.000', '');
  return measurement(model, version, end, {
    window: { start, end },
    predictionDrift: { verdict: 'drift', distance, threshold: 0.1 },
  });
}
