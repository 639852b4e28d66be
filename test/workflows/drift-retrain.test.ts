import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DEFAULT_GATEWAY_PORT } from '../../cli/stack/ports.js';
import { type LossyProxy, startLossyProxy } from '../models/tracking/lossy-proxy.js';
import { eventually } from '../support/eventually.js';
import { type MlflowServer, startMlflowServer } from '../support/mlflow-server.js';
import { startTestStack, type TestProcess, type TestStack } from '../support/test-stack.js';
import { checkNow } from './watched-model.js';

const EXAMPLE = resolve('pipelines/examples/drift-retrain');
const MODEL = 'delivery-minutes';
/** What a retraining makes comes into service as the file says, as what a person's run makes does. */
const DEPLOY = 'with: { version: "${steps.register.version}" }';
const CANARY = DEPLOY.replace(
  ' }',
  ', strategy: canary, steps: [{ setWeight: 30 }, { pause: 1s }, { setWeight: 60 }], analysis: false }',
);

let mlflow: MlflowServer;
let proxy: LossyProxy;
let stack: TestStack;
let gateway: TestProcess;
let worker: TestProcess;
beforeAll(async () => {
  [mlflow, stack] = await Promise.all([startMlflowServer('sqlite'), startTestStack()]);
  proxy = await startLossyProxy(mlflow.url);
  [worker, gateway] = await Promise.all([startWorker(), stack.startGateway()]);
}, 600_000);
afterAll(async () => {
  await stack?.close();
  await proxy?.close();
  await mlflow?.close();
});

const startWorker = () => stack.startWorker({ MLFLOW_TRACKING_URI: proxy.url });

function serveWeek(week: number): void {
  const script = join(stack.directory, 'serve-week.mjs');
  const address = gateway.ready.address ?? '';
  const { status, stderr } = spawnSync(
    process.execPath,
    [script, String(week), '--gateway', address],
    { encoding: 'utf8' },
  );
  expect(stderr).toBe('');
  expect(status).toBe(0);
}

it('asks by itself where `millrace up` serves', () => {
  const script = readFileSync(join(EXAMPLE, 'serve-week.mjs'), 'utf8');
  expect(script.match(/127\.0\.0\.1:\d+/g)).toEqual(
    Array.from({ length: 2 }, () => `127.0.0.1:${DEFAULT_GATEWAY_PORT}`),
  );
});

async function registered() {
  const { registered_model: found } = await mlflow.get<{
    registered_model: { aliases?: readonly { alias: string; version: string }[] };
  }>('registered-models/get', { name: MODEL });
  const { model_versions: versions = [] } = await mlflow.get<{
    model_versions?: readonly { version: string; run_id: string }[];
  }>('model-versions/search', { filter: `name='${MODEL}'` });
  return {
    aliases: Object.fromEntries(
      (found.aliases ?? []).map(({ alias, version }) => [alias, version]),
    ),
    versions: versions.map(({ version }) => version).toSorted(),
  };
}

async function runsOf(experiment: string) {
  const { experiment: found } = await mlflow.get<{ experiment: { experiment_id: string } }>(
    'experiments/get-by-name',
    { experiment_name: experiment },
  );
  const { runs = [] } = await mlflow.post<{
    runs?: readonly {
      info: { run_id: string; run_name: string; status: string };
      data: { metrics?: readonly { key: string; value: number }[] };
    }[];
  }>('runs/search', {
    experiment_ids: [found.experiment_id],
    order_by: ['attributes.start_time ASC'],
  });
  return runs;
}

const marks = async () => (await stack.registry.mirrorMarks()).map(({ subject }) => subject);

it('drift of more than 10 % trains, deploys and shows a new version, whatever becomes of MLflow', {
  timeout: 1_200_000,
}, async () => {
  for (const name of ['drift-retrain.yaml', 'generate.mjs', 'serve-week.mjs']) {
    cpSync(join(EXAMPLE, name), join(stack.directory, name));
  }
  mkdirSync(join(stack.directory, 'data'));
  writeFileSync(
    join(stack.directory, 'data', 'deliveries.csv'),
    execFileSync(process.execPath, [join(EXAMPLE, 'generate.mjs')]),
  );

  // Nobody answers there: the run trains and deploys as ever.
  await mlflow.stop();
  const yaml = readFileSync(join(EXAMPLE, 'drift-retrain.yaml'), 'utf8').replace(DEPLOY, CANARY);
  expect(yaml).toContain('strategy: canary');
  const run = await stack.startRun(yaml);
  expect(await stack.result(run)).toMatchObject({ status: 'completed' });
  expect(await marks()).toContain(`run/${run.runId}`);
  expect(worker.log().match(/the mirror waits/g)).toHaveLength(1);
  await eventually(async () => {
    expect((await stack.registry.leases())[0]?.servedVersions[MODEL]).toBe(1);
  });

  // Back again, but each first answer is lost, and the worker is killed in the middle.
  proxy.lose(true);
  await mlflow.start();
  await eventually(async () => expect(proxy.lost).toBeGreaterThan(3), 240_000);
  await worker.end('SIGKILL');
  worker = await startWorker();
  proxy.lose(false);
  await eventually(async () => expect(await marks()).toEqual([]), 240_000);
  expect(await registered()).toEqual({ aliases: { champion: '1' }, versions: ['1'] });

  // Two weeks as ever, then the new depot.
  for (const week of [5, 6, 7]) serveWeek(week);
  await checkNow(stack, MODEL);
  await eventually(async () => {
    const [first, second, third] = await stack.registry.decisions(MODEL);
    expect(first?.verdict.action).toBe('none');
    expect(second?.verdict.action).toBe('none');
    expect(third?.verdict.action).toBe('retrain');
  }, 240_000);
  await eventually(async () => {
    expect((await stack.registry.champion(MODEL))?.version).toBe(2);
    expect((await stack.registry.leases())[0]?.servedVersions[MODEL]).toBe(2);
  }, 180_000);
  // The rollout is told of as over once the alias has moved.
  await eventually(async () => {
    const [rollout, ...earlier] = await stack.registry.rollouts(MODEL);
    expect(rollout).toMatchObject({
      from: 1,
      to: 2,
      spec: { strategy: 'canary' },
      status: 'promoted',
    });
    // The first version of a model has nothing beside it.
    expect(earlier).toEqual([]);
  });
  const moved = (await stack.registry.ledger(MODEL)).filter(
    ({ action }) => action === 'weight-moved',
  );
  expect(moved.map(({ from, to }) => [from, to])).toEqual([
    [1, 2],
    [1, 2],
  ]);

  await eventually(async () => {
    expect(await marks()).toEqual([]);
    expect(await registered()).toEqual({ aliases: { champion: '2' }, versions: ['1', '2'] });
  }, 240_000);
  // The run that trained the second version ends after its rollout.
  await eventually(async () => {
    const statuses = (await runsOf('drift-retrain')).map(({ info }) => info.status);
    expect(statuses).toEqual(['FINISHED', 'FINISHED']);
  }, 120_000);
  const trained = await runsOf('drift-retrain');
  for (const { data } of trained) expect(data.metrics?.map(({ key }) => key)).toContain('mae');
  const [watched, ...others] = await runsOf(`monitor/${MODEL}`);
  expect(others).toEqual([]);
  const { metrics = [] } = await mlflow.get<{
    metrics?: readonly { value: number; step: number; timestamp: number }[];
  }>('metrics/get-history', {
    run_id: watched?.info.run_id ?? '',
    metric_key: 'feature_drift/share',
  });
  expect(metrics.map(({ step, timestamp }) => [step, new Date(timestamp).toISOString()])).toEqual([
    [0, '2024-02-05T00:00:00.000Z'],
    [1, '2024-02-12T00:00:00.000Z'],
    [2, '2024-02-19T00:00:00.000Z'],
  ]);
  expect(metrics.at(-1)?.value).toBeGreaterThan(0.1);
});
