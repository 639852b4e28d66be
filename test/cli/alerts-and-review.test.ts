import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { queueReview } from '../../activities/review/queue-review.js';
import {
  type AlertDelivery,
  type ChannelTest,
  type ClaimedReview,
  type LabelSuspect,
  MEDIA_TYPE,
  type ReviewItem,
  type Silence,
} from '../../contracts/index.js';
import { createPredictionReader } from '../../models/predictions/prediction-reader.js';
import { openRegistryWriter, type RegistryWriter } from '../../models/registry/index.js';
import { channelsPath } from '../../notifications/index.js';
import { createLocalArtifactStore } from '../../storage/artifacts/local-store.js';
import { newVersion, transition } from '../models/registry/sample-records.js';
import { CLASSIFIED, CLASSIFIER, type Graph, LINEAR } from '../models/serving/serving-fixture.js';
import { eventually } from '../support/eventually.js';
import { type HttpReceiver, startHttpReceiver } from '../support/http-receiver.js';
import { startTestStack, type TestStack } from '../support/test-stack.js';
import { document, millrace } from './millrace.js';

const WINDOW = { start: '2000-01-01T00:00:00Z', end: '2100-01-01T00:00:00Z' };

let stack: TestStack;
let registry: RegistryWriter;
let hook: HttpReceiver;
let gateway: string;
beforeAll(async () => {
  stack = await startTestStack();
  registry = await openRegistryWriter(stack.home.registryFile);
  hook = await startHttpReceiver();
  writeFileSync(
    channelsPath(stack.home.root),
    `channels: {hook: {kind: webhook, url: '${hook.url}', secret: {env: HOOK_SECRET}}}`,
  );
  await serve(CLASSIFIED, 'classifier');
  await serve('rentals', 'linear');
  await serve('rentals', 'linear-plus-1000');
  await stack.startWorker({ HOOK_SECRET: 'of the hook' });
  gateway = (await stack.startGateway()).ready.address ?? '';
});
afterAll(async () => {
  await registry.close();
  await hook.close();
  await stack.close();
});

/** Registers a version and makes it champion. */
async function serve(model: string, graph: Graph): Promise<void> {
  const file = new URL(`../fixtures/onnx/${graph}.onnx`, import.meta.url);
  const artifacts = createLocalArtifactStore(stack.home.artifactsDir);
  const onnx = await artifacts.putBytes(readFileSync(file), MEDIA_TYPE.onnx);
  const sample = newVersion(model);
  const signature = graph === 'classifier' ? CLASSIFIER : LINEAR;
  const { version } = await registry.registerVersion(
    `${model}/${graph}`,
    { ...sample, content: { ...sample.content, onnx, signature } },
    'test',
    'a version to serve',
  );
  const number = (await registry.transitionNumber(model)) + 1;
  await registry.transition(transition(model, number, version));
}

const call = (...args: string[]) =>
  millrace(args, {
    cwd: stack.directory,
    env: { TEMPORAL_ADDRESS: stack.server.address, MILLRACE_HOME: stack.home.root },
  });
const json = async <T>(...args: string[]) => document<T>(await call(...args, '--json'));

async function post(path: string, body: unknown): Promise<{ prediction_ids: readonly string[] }> {
  const response = await fetch(`${gateway}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as { prediction_ids: readonly string[] };
}

/** Ids of the answers to these rows, once they are asked for. */
async function predict(model: string, rows: readonly object[]): Promise<readonly string[]> {
  let ids: readonly string[] = [];
  await eventually(async () => {
    const answer = await post(`/models/${model}/invocations`, { dataframe_records: rows });
    ids = answer.prediction_ids;
  });
  return ids;
}

const reader = () => createPredictionReader(stack.home.predictionsDir);

async function queue(model: string): Promise<number> {
  const artifacts = createLocalArtifactStore(stack.home.artifactsDir);
  const deps = { registry, artifacts, predictionLog: reader() };
  return queueReview(deps)({ model, window: WINDOW, asked: true });
}

describe('alerts', () => {
  test('a channel is tested by a real message from the worker', async () => {
    const good = await call('alerts', 'test', 'hook', '--json');
    expect(good.code).toBe(0);
    expect(document<ChannelTest>(good)).toMatchObject({
      channel: 'hook',
      delivered: true,
      detail: '200 ok',
    });
    expect(JSON.parse(hook.received.at(-1)?.body ?? '')).toMatchObject({
      status: 'notice',
      title: 'a test of the channel hook',
    });
    hook.answerWith({ status: 401, body: 'who are you' });
    const refused = await call('alerts', 'test', 'hook');
    expect(refused.code).toBe(1);
    expect(refused.stdout).toContain('answered 401: who are you');
    const unknown = await call('alerts', 'test', 'hok');
    expect(unknown.code).toBe(1);
    expect(unknown.stdout).toContain('did you mean hook?');
  });

  test('are listed with what was sent; a model that there is not is refused', async () => {
    const delivery: AlertDelivery = {
      key: 'incident/rentals/1/opened',
      model: 'rentals',
      channel: 'hook',
      status: 'delivered',
      detail: '200 ok',
      at: '2026-01-01T00:00:00.000Z',
      group: 'incident/rentals/1',
      severity: 'critical',
      alert: 'firing',
      title: 'performance is lost',
      sent: '{"version":1}',
    };
    await registry.recordAlertDelivery(delivery);
    expect(await json('alerts', 'rentals')).toEqual({ alerts: [delivery] });
    expect((await call('alerts')).stdout).toMatch(
      /rentals +hook +critical +delivered +performance/,
    );
    expect((await call('alerts', CLASSIFIED)).stdout).toBe(`no alert of ${CLASSIFIED} yet\n`);
    const missing = await call('alerts', 'rental');
    expect(missing.code).toBe(65);
    expect(missing.stderr).toContain('rentals');
  });

  test('silences are made, listed and ended', async () => {
    const made = await json<Silence>(
      'silence',
      'rentals',
      '--for',
      '4h',
      '--reason',
      'new sensors',
    );
    expect(Date.parse(made.until) - Date.parse(made.from)).toBe(4 * 3_600_000);
    const all = await json<Silence>('silence', '--all', '--for', '1h', '--reason', 'a move');
    expect(all.model).toBeNull();
    const { silences } = await json<{ silences: Silence[] }>('silence', 'list');
    expect(silences).toEqual([made, all]);
    const ended = await json<Silence>('silence', 'end', made.id);
    expect(ended.reason).toContain('new sensors (ended early by user:');
    expect((await json<{ silences: Silence[] }>('silence', 'list')).silences).toEqual([all]);
    await call('silence', 'end', all.id);
    expect((await call('silence', 'list')).stdout).toBe('no silence holds\n');

    expect((await call('silence', 'end', 'nothing')).code).toBe(65);
    expect((await call('silence', 'rentals', '--for', '4h')).code).toBe(2);
    expect((await call('silence', '--for', '4h', '--reason', 'x')).code).toBe(2);
    expect((await call('silence', 'rentals', '--for', 'long', '--reason', 'x')).code).toBe(2);
    expect((await call('silence', 'rental', '--for', '4h', '--reason', 'x')).code).toBe(65);
  });
});

describe('review', () => {
  test('asks for the least sure first, gives it to one person, and makes the answer a label', async () => {
    const ids = await predict(CLASSIFIED, [{ a: 3 }, { a: 0.1 }, { a: -0.4 }, { a: 3 }, { a: -2 }]);
    await post('/labels', { labels: [{ id: ids[4], label: 'low' }] });
    expect(await queue(CLASSIFIED)).toBe(3);
    expect(await queue(CLASSIFIED)).toBe(3);
    const listed = await json<{ items: ReviewItem[]; open: number }>('review', 'list', CLASSIFIED);
    expect(listed.open).toBe(3);
    expect(listed.items.map(({ inputs }) => inputs['a'])).toEqual([0.1, -0.4, 3]);

    const claim = (by: string) => json<ClaimedReview>('review', 'next', CLASSIFIED, '--by', by);
    const first = await claim('ada');
    expect(first.item).toMatchObject({
      id: ids[1],
      prediction: 'high',
      confidence: expect.closeTo(0.55, 1),
      reasons: [{ why: 'low-confidence' }],
      claim: { actor: 'ada' },
    });
    expect((await claim('ada')).item?.id).toBe(ids[1]);
    expect((await claim('bob')).item?.id).toBe(ids[2]);
    const words = await call('review', 'next', CLASSIFIED, '--by', 'bob');
    expect(words.stdout).toContain('predicted: low  (low 69.0 %, high 31.0 %)');
    expect(words.stdout).toContain(`millrace review answer ${ids[2]} LABEL`);

    const wrong = await call('review', 'answer', ids[1] ?? '', 'medium');
    expect(wrong.code).toBe(65);
    expect(wrong.stderr).toContain('it must be one of low, high');
    const unknown = await call('review', 'answer', '019aa1f0-0000-7000-8000-000000000001', 'low');
    expect(unknown.code).toBe(65);
    const note = ['--by', 'ada', '--note', 'seen on the camera'];
    const answered = await json<ReviewItem>('review', 'answer', ids[1] ?? '', 'low', ...note);
    expect(answered).toMatchObject({
      status: 'answered',
      claim: null,
      answer: { label: 'low', actor: 'ada', note: 'seen on the camera' },
    });
    await call('review', 'skip', ids[2] ?? '', '--by', 'bob');
    const labelled = await reader().rows(CLASSIFIED, WINDOW, {
      labelled: true,
      order: 'sampled',
      limit: 10,
    });
    expect(Object.fromEntries(labelled.map(({ id, label }) => [id, label]))).toEqual({
      [ids[1] ?? '']: 'low',
      [ids[4] ?? '']: 'low',
    });

    // The last one is labelled otherwise before anyone asks for it.
    await post('/labels', { labels: [ids[0], ids[3]].map((id) => ({ id, label: 'high' })) });
    expect(await claim('ada')).toEqual({ item: null, open: 0 });
    expect((await call('review', 'next', CLASSIFIED)).stdout).toContain('nothing of');
  });

  test('asks the version before about a regression', async () => {
    const near = Array.from({ length: 30 }, (_, i) => ({ a: i % 5, b: i % 3 }));
    await predict('rentals', near);
    expect(await queue('rentals')).toBe(15);
    const { item } = await json<ClaimedReview>('review', 'next', 'rentals');
    expect(item?.confidence).toBeNull();
    expect(item?.reasons[0]).toMatchObject({
      why: 'disagreement',
      detail: expect.stringMatching(/^version 1 says \d+$/),
    });
    const refused = await call('review', 'answer', item?.id ?? '', 'many');
    expect(refused.stderr).toContain('it must be a number');
    expect((await call('review', 'answer', item?.id ?? '', '12.5')).code).toBe(0);
  });

  test('points out labels that look wrong', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => ({ a: i % 2 === 0 ? 2 + i / 100 : -2 }));
    const ids = await predict(CLASSIFIED, [...rows, { a: 5 }]);
    const right = rows.map(({ a }, i) => ({ id: ids[i], label: a > 0 ? 'high' : 'low' }));
    await post('/labels', { labels: [...right, { id: ids[40], label: 'low' }] });
    const found = await json<{ found: number; suspects: LabelSuspect[] }>(
      'review',
      'suspects',
      CLASSIFIED,
    );
    expect(found.suspects[0]).toMatchObject({ id: ids[40], label: 'low', likely: 'high' });
    expect((await call('review', 'suspects', 'nobody')).code).toBe(65);
  });
});
