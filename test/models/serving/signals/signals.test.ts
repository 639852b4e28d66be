import { defaultPayloadConverter } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  modelWorkflowId,
  type RetrainRequest,
  type RollbackRequest,
} from '../../../../contracts/index.js';
import { connectTemporal, type TemporalClient } from '../../../../temporal/connection.js';
import { startTestServer, type TestServer } from '../../../support/test-server.js';
import { get, post, servingLinear, sharedWorld, type World } from '../serving-fixture.js';
import { alert, cloudEvent, notification } from './signal-bodies.js';

let server: TestServer;
let temporal: TemporalClient;
let world: World;
let url: string;

beforeAll(async () => {
  server = await startTestServer();
  temporal = await connectTemporal({ address: server.address });
});
sharedWorld(async (cleanUp) => {
  const env = { TEMPORAL_ADDRESS: server.address };
  ({ world, url } = await servingLinear({ env }, cleanUp));
});
afterAll(async () => {
  await temporal?.connection.close();
  await server?.close();
});

let models = 0;
/** A model of its own for a test, with two versions; the second is champion. */
async function newModel(): Promise<string> {
  models += 1;
  const model = `signalled-${models}`;
  await world.promote(model, await world.register(model, 'linear'));
  await world.promote(model, await world.register(model, 'linear'));
  return model;
}

const send = (model: string, body: unknown, type?: string) =>
  post(`${url}/models/${model}/signals`, body, type);

interface Received {
  readonly signal: string;
  readonly request: RetrainRequest | RollbackRequest;
}

/** What the server keeps for the model's workflow; no worker runs that would take it. */
async function received(model: string): Promise<readonly Received[]> {
  const { events } = await temporal.client.workflow
    .getHandle(modelWorkflowId(model))
    .fetchHistory()
    .catch(() => ({ events: [] }));
  return (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signalled }) => {
    const payload = signalled?.input?.payloads?.[0];
    if (signalled == null || payload === undefined) return [];
    const request: Received['request'] = defaultPayloadConverter.fromPayload(payload);
    return [{ signal: signalled.signalName ?? '', request }];
  });
}

describe('a CloudEvent', () => {
  test('asks for a retraining under the guards of the monitor', async () => {
    const model = await newModel();
    const event = cloudEvent();
    const { status, body } = await send(model, event, 'application/cloudevents+json');
    const requestId = `cloudevent/${event.source}#${event.id}`;
    const asOf = '2011-07-01T03:00:00Z';
    expect([status, body]).toEqual([
      202,
      { model, action: 'retrain', requestId, asOf, duplicate: false },
    ]);
    expect(await received(model)).toEqual([
      {
        signal: 'retrain',
        request: {
          kind: 'retrain',
          trigger: 'monitor',
          requestId,
          asOf,
          actor: event.source,
          reason: event.data.reason,
          evidence: {
            source: event.source,
            eventId: event.id,
            eventType: event.type,
            data: event.data,
            key: null,
          },
          window: null,
          plan: null,
          answerTo: null,
        },
      },
    ]);
  });

  test('asks for a rollback of the version it names, else of the champion', async () => {
    const model = await newModel();
    const type = 'millrace.rollback';
    await send(model, cloudEvent({ type, data: { reason: 'errors', version: 1 } }));
    await send(model, cloudEvent({ type }));
    expect(await received(model)).toMatchObject([
      { signal: 'rollback', request: { kind: 'rollback', version: null, blames: 1 } },
      { signal: 'rollback', request: { kind: 'rollback', version: null, blames: 2 } },
    ]);
  });

  test('without a time counts from now', async () => {
    const model = await newModel();
    const { time: _, ...event } = cloudEvent();
    const before = Math.floor(Date.now() / 1_000) * 1_000;
    const { body } = await send(model, event);
    expect(Date.parse(body.asOf)).toBeGreaterThanOrEqual(before);
  });

  test('that comes again is known, and asks for nothing', async () => {
    const model = await newModel();
    const event = cloudEvent();
    const first = await send(model, event);
    const again = await send(model, { ...event, data: { reason: 'told in other words' } });
    expect(again.status).toBe(202);
    expect(again.body).toEqual({ ...first.body, duplicate: true });
    expect(await received(model)).toHaveLength(1);
  });

  test('of many deliveries at once one is passed on', async () => {
    const model = await newModel();
    const event = cloudEvent();
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(model, event)));
    expect(answers.map(({ status }) => status)).toEqual(new Array(20).fill(202));
    expect(answers.filter(({ body }) => !body.duplicate)).toHaveLength(1);
    expect(await received(model)).toHaveLength(1);
  });

  test('of another source or for another model is another event', async () => {
    const [model, other] = [await newModel(), await newModel()];
    const event = cloudEvent();
    const answers = [
      await send(model, event),
      await send(model, { ...event, source: 'elsewhere' }),
      await send(other, event),
    ];
    expect(answers.map(({ body }) => body.duplicate)).toEqual([false, false, false]);
    expect(await received(model)).toHaveLength(2);
  });

  test('that the ledger has answered is known to a gateway that never saw it', async () => {
    const model = await newModel();
    const event = cloudEvent();
    await world.registry.appendLedger({
      model,
      key: `retrain-held/${model}`,
      at: '2026-01-01T00:00:00Z',
      asOf: '2011-07-01T00:00:00Z',
      actor: event.source,
      action: 'retrain-held',
      from: null,
      to: null,
      reason: 'cooldown',
      evidence: { requestId: `cloudevent/${event.source}#${event.id}` },
    });
    const { status, body } = await send(model, event);
    expect([status, body.duplicate]).toEqual([202, true]);
    expect(await received(model)).toEqual([]);
  });

  test.each([
    [
      'another version of the specification',
      { specversion: '0.3' },
      /^specversion: must be "1\.0"/,
    ],
    ['no id', { id: undefined }, /^id: must be text of 1 to 256 characters/],
    ['an empty id', { id: '' }, /^id: must be text/],
    ['no source', { source: undefined }, /^source: must be text/],
    [
      'another type',
      { type: 'millrace.promote' },
      /^type: must be millrace\.retrain or millrace\.rollback/,
    ],
    ['a time that is none', { time: 'yesterday' }, /^time: must be a time such as/],
    ['a time in the future', { time: '9999-01-01T00:00:00Z' }, /^time: .*not in the future/],
    ['no data', { data: undefined }, /^data: must be an object with a reason/],
    ['data as text', { data: '{"reason": "x"}' }, /^data: must be an object with a reason/],
    ['no reason', { data: {} }, /^data\.reason: must be text of 1 to 1000 characters/],
    ['a long reason', { data: { reason: 'x'.repeat(1_001) } }, /^data\.reason: must be text/],
    [
      'no version number',
      { data: { reason: 'x', version: '2' } },
      /^data\.version: must be the number/,
    ],
  ])('with %s is refused, naming it', async (_, over, message) => {
    const { status, body } = await send('bike-demand', cloudEvent(over));
    expect([status, body.error]).toEqual([400, expect.stringMatching(message)]);
    expect(await received('bike-demand')).toEqual([]);
  });
});

describe('a notification of Alertmanager', () => {
  test('signals what each firing alert asks for; the others are counted', async () => {
    const model = await newModel();
    const labels = { alertname: 'ErrorRate', millrace_action: 'rollback' };
    const alerts = [
      alert(),
      alert({ labels, annotations: {} }),
      alert({ annotations: {} }),
      alert({ status: 'resolved' }),
    ];
    const { status, body } = await send(model, notification(alerts));
    expect(status).toBe(202);
    expect(body).toMatchObject({
      model,
      duplicate: false,
      signals: [
        { action: 'retrain', asOf: '2011-07-01T05:00:00.123Z', duplicate: false },
        { action: 'rollback', duplicate: false },
      ],
      ignored: 2,
    });
    expect(await received(model)).toMatchObject([
      { signal: 'retrain', request: { reason: 'the inputs have moved', actor: 'alertmanager' } },
      { signal: 'rollback', request: { reason: 'the alert ErrorRate fires', blames: 2 } },
    ]);
  });

  test('that is repeated while the alert fires asks once; fired anew, it asks again', async () => {
    const model = await newModel();
    const firing = alert();
    await send(model, notification([firing]));
    const repeated = await send(model, notification([firing]));
    expect(repeated.body).toMatchObject({ duplicate: true, signals: [{ duplicate: true }] });
    const anew = { ...firing, startsAt: '2011-07-02T00:00:00Z' };
    expect((await send(model, notification([anew]))).body.duplicate).toBe(false);
    expect(await received(model)).toHaveLength(2);
  });

  test('that all is well again asks for nothing', async () => {
    const model = await newModel();
    const { status, body } = await send(model, notification([alert({ status: 'resolved' })]));
    expect([status, body]).toEqual([202, { model, duplicate: false, signals: [], ignored: 1 }]);
    expect(await received(model)).toEqual([]);
  });

  test.each([
    [
      'no action',
      [alert({ annotations: {} })],
      /no firing alert has the label or annotation millrace_action; give its rule/,
    ],
    [
      'another action',
      [alert({ labels: { millrace_action: 'promote' } })],
      /^alerts\[0\]\.labels\.millrace_action: must be retrain or rollback/,
    ],
    [
      'an action of an object',
      [alert({ annotations: { millrace_action: 'constructor' } })],
      /^alerts\[0\]\.annotations\.millrace_action: must be/,
    ],
    [
      'no fingerprint',
      [alert({ fingerprint: undefined })],
      /^alerts\[0\]\.fingerprint: must be text/,
    ],
    ['no time', [alert({ startsAt: undefined })], /^alerts\[0\]\.startsAt: must be a time/],
    ['another status', [alert({ status: 'odd' })], /^alerts\[0\]\.status: must be "firing"/],
    [
      'labels that are no texts',
      [alert({ labels: { severity: 1 } })],
      /^alerts\[0\]\.labels\.severity: must be text/,
    ],
    ['alerts that are no list', {}, /^alerts: must be a list of alerts/],
  ])('with %s is refused, naming it', async (_, alerts, message) => {
    const body = { ...notification([]), alerts };
    const answer = await send('bike-demand', body);
    expect([answer.status, answer.body.error]).toEqual([400, expect.stringMatching(message)]);
  });
});

describe('a signal that cannot be', () => {
  test.each([
    [{ reason: 'x' }, /neither a CloudEvent in structured JSON .* nor a notification/],
    [[], /neither a CloudEvent/],
    ['null', /neither a CloudEvent/],
    ['{', /not JSON/],
  ])('%j says what is taken', async (body, message) => {
    const answer = await send('bike-demand', body);
    expect([answer.status, answer.body.error]).toEqual([400, expect.stringMatching(message)]);
  });

  test('for a model that nobody knows says which there are, and starts nothing', async () => {
    const { status, body } = await send('bike-demnd', cloudEvent());
    expect(status).toBe(404);
    expect(body.error).toMatch(/^there is no model "bike-demnd"; there is: bike-demand/);
    expect(await received('bike-demnd')).toEqual([]);
  });

  test('of another media type is a 415, and a large one a 413', async () => {
    const batch = await send('bike-demand', [cloudEvent()], 'application/cloudevents-batch+json');
    expect(batch.status).toBe(415);
    const large = await send('bike-demand', cloudEvent({ padding: 'x'.repeat(300_000) }));
    expect(large.status).toBe(413);
  });

  test('CloudEvents are read as such by no other route', async () => {
    const answer = await post(`${url}/labels`, { labels: [] }, 'application/cloudevents+json');
    expect(answer.status).toBe(415);
  });

  test('there is nothing to read', async () => {
    expect((await get(`${url}/models/bike-demand/signals`)).status).toBe(405);
  });
});
