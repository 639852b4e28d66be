import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApplicationFailure } from '@temporalio/client';
import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type LifeChange,
  type RetireResult,
  type ScheduleSpec,
  scheduleId,
  TASK_QUEUE,
  WORKFLOW,
} from '../../contracts/index.js';
import { REGISTRY_URL } from '../../models/registry/index.js';
import { applySchedule, describeSchedule } from '../../temporal/schedules.js';
import { type CallOptions, document, millrace } from '../cli/millrace.js';
import { cutShort } from '../replay/record-life.js';
import { eventually } from '../support/eventually.js';
import {
  AS_OF,
  type ModelWorld,
  openModelWorld,
  pipelineOf,
  promotion,
  rollback,
  waitStep,
} from '../support/model-world.js';
import { startPostgres, type TestPostgres } from '../support/postgres.js';
import { startTestStack, type TestProcess, type TestStack } from '../support/test-stack.js';

/**
 * The life of a model's versions, from the command line, over a registry in Postgres: server, worker,
 * gateway and command line find it by its URL.
 */
let postgres: TestPostgres;
let stack: TestStack;
let world: ModelWorld;
let worker: TestProcess;
let gateway: string;

beforeAll(async () => {
  postgres = await startPostgres();
  process.env[REGISTRY_URL] = await postgres.newPlace();
  stack = await startTestStack();
  world = await openModelWorld(stack);
  worker = await stack.startWorker();
  gateway = (await stack.startGateway()).ready.address ?? '';
  await world.register('bikes');
  await world.register('bikes', 'linear-plus-1000');
  await world.register('bikes');
  await promote(1);
  await promote(2);
  await promote(3);
});

afterAll(async () => {
  await world?.close();
  await stack?.close();
  await postgres?.stop();
  delete process.env[REGISTRY_URL];
});

async function promote(version: number): Promise<void> {
  await world.update('bikes', 'promote', promotion(version));
  await eventually(async () => {
    expect((await world.registry.champion('bikes'))?.version).toBe(version);
    expect((await world.state('bikes')).change).toBeNull();
  });
}

const call = (...args: string[]) => watching(args);
const watching = (args: readonly string[], once?: CallOptions['once']) =>
  millrace(args, {
    cwd: stack.directory,
    env: { TEMPORAL_ADDRESS: stack.server.address, MILLRACE_HOME: stack.home.root },
    ...(once !== undefined && { once }),
  });
const SCHEDULE: ScheduleSpec = {
  cron: ['0 3 * * MON'],
  timezone: 'UTC',
  overlap: 'skip',
  catchupWindowMs: 60_000,
};
const because = ['--reason', 'a test asks'];

/** Has a worker do it, as the command line does. */
function act(part: object): Promise<LifeChange> {
  const requestId = uuidv7();
  const base = { requestId, model: 'bikes', actor: 'user:ada', reason: 'a test asks', at: AS_OF };
  return stack.temporal.client.workflow.execute(WORKFLOW.byHand, {
    workflowId: `by-hand/changeVersion/${requestId}`,
    taskQueue: TASK_QUEUE.control,
    args: [{ kind: 'changeVersion', input: { ...base, ...part } }],
  });
}

/** Why a worker did not do it. */
async function refusal(part: object): Promise<string> {
  const error: unknown = await act(part).catch((thrown: unknown) => thrown);
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ApplicationFailure) return `${cause.type}: ${cause.message}`;
  }
  throw new Error(`it was not refused: ${JSON.stringify(error)}`);
}

async function status(): Promise<number> {
  const response = await fetch(`${gateway}/models/bikes/invocations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ dataframe_records: [{ a: 1, b: 2 }] }),
  });
  await response.body?.cancel();
  return response.status;
}

test('tags, notes and aliases are kept with who and why; of two who expect the same, one moves', async () => {
  await act({ kind: 'tag', version: 1, tags: { data: 'v7', owner: 'ada=lovelace' } });
  await act({ kind: 'tag', version: null, tags: { team: 'rides' } });
  await act({ kind: 'tag', version: 1, tags: { data: null } });
  expect(
    (await world.registry.life.tags('bikes')).map((tag) => [tag.version, tag.tag, tag.value]),
  ).toEqual([
    [null, 'team', 'rides'],
    [1, 'owner', 'ada=lovelace'],
  ]);
  expect((await call('models', 'note', 'bikes@2', 'watch the nights')).code).toBe(0);
  expect((await world.registry.life.notes('bikes'))[0]).toMatchObject({
    to: 2,
    reason: 'watch the nights',
  });

  const staging = { kind: 'alias', alias: 'staging' };
  await act({ ...staging, version: 1, expect: null });
  const moves = await Promise.allSettled(
    [2, 3].map((version) => act({ ...staging, version, expect: 1 })),
  );
  expect(moves.map((move) => move.status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(await refusal({ ...staging, version: 1, expect: 1 })).toContain('not to version 1');
  await act({ ...staging, version: 2 });
  for (const alias of ['champion', 'latest', 'v7', '7', 'A']) {
    expect(await refusal({ ...staging, alias, version: 2 })).toContain('InvalidInput');
  }
  expect(await refusal({ ...staging, version: 9 })).toContain('has no version 9');
});

test('what rests on a version keeps it from being archived; a rollback passes over what is out of use', async () => {
  const champion = await call('models', 'archive', 'bikes@3', ...because);
  expect(champion.code).toBe(65);
  expect(champion.stderr).toContain('it is the champion of bikes');
  expect(await refusal({ kind: 'delete', version: 2 })).toContain('the alias staging points to it');
  await act({ kind: 'alias', alias: 'staging', version: null });
  const archived = await act({ kind: 'archive', version: 2 });
  expect(archived.standing).toEqual({ status: 'archived', approval: 'approved' });
  expect(archived.references).toMatchObject([{ kind: 'earlier-champion', blocks: false }]);
  expect(await refusal({ kind: 'alias', alias: 'blue', version: 2 })).toContain('is archived');

  await world.update('bikes', 'rollback', rollback());
  await eventually(async () => {
    expect((await world.registry.champion('bikes'))?.version).toBe(1);
    expect((await world.state('bikes')).change).toBeNull();
  });
  await promote(3);
  const rejected = await act({ kind: 'reject', version: 1 });
  expect(rejected.standing).toEqual({ status: 'ready', approval: 'rejected' });
  await world.update('bikes', 'promote', promotion(1));
  await eventually(async () => {
    expect((await world.ledger('bikes', 'deploy-refused'))[0]?.reason).toContain('was rejected');
  });
  await act({ kind: 'approve', version: 1 });
});

test('a deleted version leaves its number, its ledger, and the files that others need', async () => {
  const record = await world.registry.version('bikes', 2);
  const { onnx, trainingData } = record?.content ?? {};
  if (record === null || onnx === undefined || !trainingData) throw new Error('no version 2');
  const asked = await call('models', 'delete', 'bikes@2', '--yes', ...because, '--json');
  const deleted = document<LifeChange>(asked);
  expect(deleted.files?.removed).toEqual([onnx.sha256]);
  await expect(world.onnxFile(record)).rejects.toMatchObject({ type: 'ArtifactCorrupt' });
  expect(await act({ kind: 'delete', version: 2 })).toMatchObject({
    ledger: null,
    standing: { status: 'deleted' },
  });
  expect(await refusal({ kind: 'restore', version: 2 })).toContain('it was deleted');
  const kept = await act({ kind: 'delete', version: 1 });
  expect(kept.files?.kept).toContainEqual({
    sha256: trainingData.sha256,
    why: 'version 3 of bikes refers to it',
  });
  expect((await world.register('bikes')).version).toBe(4);
  expect(await world.ledger('bikes', 'version-deleted')).toMatchObject([{ to: 2 }, { to: 1 }]);
});

test('which version was in production when is one query, on both clocks', async () => {
  const stages = await world.registry.life.stages('bikes');
  expect(stages.map(({ version }) => version)).toEqual([1, 2, 3, 1, 3]);
  const time = stages[1]?.from.at ?? '';
  expect(document(await call('models', 'history', 'bikes', '--at', time, '--json'))).toMatchObject({
    wallClock: { version: 2 },
    eventTime: { version: 3 },
  });
  expect(
    await postgres.query(
      process.env[REGISTRY_URL] ?? '',
      `SELECT version FROM stage_history WHERE model = 'bikes' AND from_at <= '${time}'
       AND (until_at > '${time}' OR until_at IS NULL)`,
    ),
  ).toEqual([{ version: 2 }]);
});

test('a registry that is away costs a step no attempt, and who watches no run', async () => {
  const file = join(stack.directory, 'outage.yaml');
  const go = join(stack.directory, 'go');
  const once = 'defaults: {retry: {maxAttempts: 1}}';
  writeFileSync(file, pipelineOf('outage', { work: waitStep(go) }, once));
  let told = () => {};
  const isTold = new Promise<void>((resolve) => {
    told = resolve;
  });
  const watched = watching(['run', file, '--json'], {
    text: 'waiting until it is back',
    act: told,
  });
  await eventually(async () => {
    const [run] = await world.registry.runs({ pipeline: 'outage' });
    expect(await world.registry.steps(run?.runId ?? '')).toMatchObject([{ status: 'running' }]);
  });
  await postgres.kill();
  writeFileSync(go, '');
  await isTold;
  await eventually(async () => expect(worker.log()).toContain('waiting for the registry'));
  expect((await call('gc')).code).toBe(69);
  await postgres.start();
  const { code, stdout } = await watched;
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    status: 'completed',
    steps: { work: { attempts: 1 } },
  });
});

test('what fails before the traffic is taken lets everything go on as it was', async () => {
  const { client } = stack.temporal;
  await applySchedule(client, scheduleId('bikes'), SCHEDULE, {
    workflow: WORKFLOW.requestRetrain,
    workflowId: 'retrain/bikes',
    taskQueue: TASK_QUEUE.control,
    input: { model: 'bikes', pipeline: 'bikes' },
    searchAttributes: {},
  });
  await cutShort(world, 'bikes');
  const ended = await call('models', 'retire', 'bikes', '--yes', ...because);
  expect(ended.code).toBe(65);
  expect(ended.stderr).toContain('a change or a rollout of it is under way');
  expect((await world.registry.life.retirement('bikes'))?.status).toBe('returned');
  expect((await world.ledger('bikes', 'retire-ended'))[0]?.reason).toContain('under way');
  expect((await describeSchedule(client, scheduleId('bikes'))).paused).toBe(false);
  expect((await world.registry.champion('bikes'))?.version).toBe(3);
  const [line] = await world.ledger('bikes', 'weight-moved');
  if (line === undefined) throw new Error('no route');
  const key = `${line.key}/ended`;
  await world.registry.moveRoute({
    model: 'bikes',
    number: 2,
    route: null,
    ledger: { ...line, key },
  });
});

test('a model is retired though its worker is killed meanwhile, and comes back', async () => {
  const { client } = stack.temporal;
  await eventually(async () => expect(await status()).toBe(200));

  const retiring = call('models', 'retire', 'bikes', '--yes', ...because, '--json');
  await eventually(async () => {
    expect(await world.ledger('bikes', 'retire-started')).toHaveLength(2);
  });
  await worker.end('SIGKILL');
  worker = await stack.startWorker();
  const { retirement, stillServedBy, steps } = document<RetireResult>(await retiring);
  expect(retirement).toMatchObject({ status: 'retired', version: 3, schedules: ['bikes'] });
  expect(stillServedBy).toEqual([]);
  expect(steps.map(({ action }) => action)).toEqual([
    'retire-started',
    'retire-step',
    'retire-step',
    'retired',
    'retire-step',
  ]);
  expect(await status()).toBe(404);
  expect(document(await call('status', '--json'))).toMatchObject({
    models: [{ name: 'bikes', champion: null, lastAction: { action: 'retired' } }],
  });
  expect((await describeSchedule(client, scheduleId('bikes'))).paused).toBe(true);
  await world.update('bikes', 'promote', promotion(3));
  await eventually(async () => {
    expect((await world.ledger('bikes', 'deploy-refused')).at(-1)?.reason).toContain('is retired');
  });
  expect(await world.registry.champion('bikes')).toBeNull();
  const refused = await call('promote', 'bikes@3', ...because);
  expect(refused.stdout).toMatch(/bikes is retired; .*; it has no champion/);

  expect((await call('models', 'retire', 'bikes', '--undo', ...because)).code).toBe(0);
  expect((await describeSchedule(client, scheduleId('bikes'))).paused).toBe(false);
  await promote(3);
  await eventually(async () => expect(await status()).toBe(200));
}, 180_000);
