import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startAlert } from '../../activities/notify/raise-alert.js';
import {
  type Alert,
  type AlertDelivery,
  alertWorkflowId,
  type HandRequest,
  TASK_QUEUE,
  WORKFLOW,
} from '../../contracts/index.js';
import { channelsPath } from '../../notifications/index.js';
import { eventually } from '../support/eventually.js';
import { type HttpReceiver, startHttpReceiver } from '../support/http-receiver.js';
import { type ModelWorld, openModelWorld } from '../support/model-world.js';
import { newChampion } from '../support/new-champion.js';
import { type SmtpReceiver, startSmtpReceiver } from '../support/smtp-receiver.js';
import { startTestStack, type TestProcess, type TestStack } from '../support/test-stack.js';
import { alertOf, modelTelling, openIncident } from './alerted-model.js';

const SECRETS = {
  HOOK_SECRET: 'hook-s3cret-value',
  PAGER_KEY: 'pager-s3cret-value',
  MAIL_PASSWORD: 'mail-s3cret-value',
};
let stack: TestStack;
let world: ModelWorld;
let worker: TestProcess;
let hook: HttpReceiver;
let pager: HttpReceiver;
let chat: HttpReceiver;
let mail: SmtpReceiver;
beforeAll(async () => {
  stack = await startTestStack();
  world = await openModelWorld(stack);
  [hook, pager, chat] = await Promise.all([
    startHttpReceiver(),
    startHttpReceiver(),
    startHttpReceiver(),
  ]);
  mail = await startSmtpReceiver({ login: { user: 'm', password: SECRETS.MAIL_PASSWORD } });
  const gone = await startHttpReceiver();
  await gone.close();
  writeFileSync(
    channelsPath(stack.home.root),
    `gather: 1s
channels:
  hook: {kind: webhook, url: '${hook.url}', secret: {env: HOOK_SECRET}}
  pager: {kind: pagerDuty, routingKey: {env: PAGER_KEY}, url: '${pager.url}'}
  chat: {kind: slack, url: {env: CHAT_URL}}
  ops: {kind: smtp, host: 127.0.0.1, port: ${mail.port}, tls: none, user: m, password: {env: MAIL_PASSWORD}, from: a@example.com, to: [b@example.com]}
  out: {kind: stdout}
  gone: {kind: webhook, url: '${gone.url}', secret: {env: HOOK_SECRET}}
`,
  );
  worker = await stack.startWorker({ ...SECRETS, CHAT_URL: chat.url });
});
afterAll(async () => {
  await world.close();
  await stack.close();
  await Promise.all([hook, pager, chat, mail].map((receiver) => receiver.close()));
});

const raise = (alert: Alert) => startAlert({ temporal: stack.temporal.client }, alert);

/** What became of a model's alerts, as \`channel key status\`, in order of time. */
async function deliveries(model: string): Promise<readonly string[]> {
  const newestFirst = await world.registry.alertDeliveries({ model });
  return newestFirst
    .map(({ channel, key, status }) => `${channel} ${key} ${status}`)
    .reverse()
    .sort();
}

const one = async (model: string, channel: string): Promise<AlertDelivery | undefined> =>
  (await world.registry.alertDeliveries({ model })).find((item) => item.channel === channel);

async function ended(group: string): Promise<void> {
  await stack.temporal.client.workflow.getHandle(alertWorkflowId(group)).result();
}

const byHand = (request: HandRequest): Promise<unknown> =>
  stack.temporal.client.workflow.execute(WORKFLOW.byHand, {
    workflowId: `by-hand/${JSON.stringify(request).length}/${Math.random()}`,
    taskQueue: TASK_QUEUE.control,
    args: [request],
  });

const idsTo = (receiver: HttpReceiver, model: string): readonly string[] =>
  receiver.received
    .map(({ body }) => JSON.parse(body))
    .filter((body) => body.model === model)
    .map(({ id }) => id);

it('tells whoever takes the severity, gathers mail and chat, and tells the end to the same', async () => {
  await modelTelling(world, 'routed', [
    { channel: 'hook', severity: 'info' },
    { channel: 'pager', severity: 'critical' },
    { channel: 'ops' },
  ]);
  const group = 'incident/routed/1';
  const worse = { key: `${group}/worse`, title: 'worse', severity: 'warning' as const };
  await raise(alertOf('routed', { channels: ['chat', 'out'] }));
  await raise(alertOf('routed', worse));
  await raise(alertOf('routed'));
  await ended(group);
  expect(await deliveries('routed')).toEqual([
    `chat ${group}/opened delivered`,
    `hook ${group}/opened delivered`,
    `hook ${group}/worse delivered`,
    `ops ${group}/opened delivered`,
    `ops ${group}/worse delivered`,
    `out ${group}/opened delivered`,
    `pager ${group}/opened delivered`,
  ]);
  expect(idsTo(hook, 'routed')).toEqual([`${group}/opened`, `${group}/worse`]);
  const mails = mail.received.filter(({ data }) => data.includes('routed'));
  expect(mails).toHaveLength(1);
  expect(mails[0]?.login).toEqual({ user: 'm', password: SECRETS.MAIL_PASSWORD });
  expect(mails[0]?.data).toContain('Subject: [critical] routed: performance is lost (and 1 more)');

  await raise(alertOf('routed', { key: `${group}/closed`, status: 'resolved', severity: 'info' }));
  await ended(group);
  expect((await deliveries('routed')).filter((line) => line.includes('closed'))).toEqual([
    `chat ${group}/closed delivered`,
    `hook ${group}/closed delivered`,
    `ops ${group}/closed delivered`,
    `out ${group}/closed delivered`,
    `pager ${group}/closed delivered`,
  ]);
  const events = pager.received.map(({ body }) => JSON.parse(body));
  expect(events.map((event) => [event.event_action, event.dedup_key, event.routing_key])).toEqual([
    ['trigger', group, SECRETS.PAGER_KEY],
    ['resolve', group, SECRETS.PAGER_KEY],
  ]);

  // The same key again, long after: told already.
  const before = hook.received.length;
  await raise(alertOf('routed'));
  await ended(group);
  expect(hook.received).toHaveLength(before);
});

it('keeps what was sent, and no secret anywhere', async () => {
  const told = await world.registry.alertDeliveries({ model: 'routed' });
  for (const { sent, status } of told) {
    expect(status).toBe('delivered');
    expect(sent).not.toBeNull();
  }
  const { workflow } = stack.temporal.client;
  const history = await workflow.getHandle(alertWorkflowId('incident/routed/1')).fetchHistory();
  const kept = `${JSON.stringify(told)}${JSON.stringify(history)}${worker.log()}`;
  for (const secret of [...Object.values(SECRETS), chat.url]) expect(kept).not.toContain(secret);
});

it('tries a receiver that is away again, and holds nobody up for it', async () => {
  await newChampion(world, 'retried');
  const group = 'incident/retried/1';
  hook.answerWith({ status: 503 }, { status: 500 });
  pager.answerWith({ status: 400, body: 'bad routing key' });
  const channels = ['hook', 'pager', 'gone', 'hok'];
  await raise(alertOf('retried', { channels }));
  await eventually(async () => {
    expect(await one('retried', 'hook')).toMatchObject({ status: 'delivered' });
    expect((await one('retried', 'gone'))?.detail).toMatch(/^attempt [2-9]: .*ECONNREFUSED/);
  });
  expect(idsTo(hook, 'retried')).toEqual([`${group}/opened`, `${group}/opened`, `${group}/opened`]);
  expect(await one('retried', 'pager')).toMatchObject({
    status: 'failed',
    detail: expect.stringContaining('answered 400: bad routing key'),
  });
  expect(await one('retried', 'hok')).toMatchObject({
    status: 'failed',
    detail: 'no channel is named hok; did you mean hook?',
  });
  expect(await one('retried', 'gone')).toMatchObject({ status: 'retrying', sent: null });
});

it('repeats what goes on, and finds out itself that the incident was closed', async () => {
  await modelTelling(world, 'repeated', [{ channel: 'hook', repeatMs: 500 }]);
  const group = 'incident/repeated/1';
  const incident = openIncident('repeated');
  await world.registry.putIncident(incident);
  await raise(alertOf('repeated', { incident: 1 }));
  await eventually(async () => expect(idsTo(hook, 'repeated').length).toBeGreaterThanOrEqual(3));
  await world.registry.putIncident({
    ...incident,
    status: 'closed',
    resolution: {
      how: 'closed-by-person',
      actor: 'user:ada',
      note: 'a sensor was replaced',
      at: '2011-08-09T06:00:00.000Z',
    },
  });
  await ended(group);
  const ids = idsTo(hook, 'repeated');
  expect(ids.slice(0, 3)).toEqual([
    `${group}/opened`,
    `${group}/opened/repeat/1`,
    `${group}/opened/repeat/2`,
  ]);
  expect(ids.at(-1)).toBe(`${group}/opened/over`);
  const last = hook.received.map(({ body }) => JSON.parse(body)).findLast(isOf('repeated'));
  expect(last).toMatchObject({ status: 'resolved', text: 'a sensor was replaced' });
});

it('is silent in a silence, says so, and tells at its end what still goes on', async () => {
  await newChampion(world, 'silent');
  const silence = {
    id: 'abc123',
    model: 'silent',
    from: new Date().toISOString(),
    until: new Date(Date.now() + 3_600_000).toISOString(),
    actor: 'user:ada',
    reason: 'new sensors',
  };
  await byHand({ kind: 'putSilence', input: silence });
  await raise(alertOf('silent', { channels: ['hook'] }));
  await eventually(async () =>
    expect(await one('silent', 'hook')).toMatchObject({
      status: 'silenced',
      detail: `silenced by user:ada until ${silence.until}: new sensors`,
      sent: null,
    }),
  );
  expect(idsTo(hook, 'silent')).toEqual([]);

  const short = { ...silence, until: new Date(Date.now() + 3_000).toISOString() };
  await byHand({ kind: 'putSilence', input: short });
  const group = 'incident/silent/2';
  await raise(alertOf('silent', { key: `${group}/opened`, group, channels: ['hook'] }));
  await ended(group);
  expect(idsTo(hook, 'silent')).toEqual([`${group}/opened`]);
});

it('keeps what no channel takes, and survives the death of its worker', async () => {
  await modelTelling(world, 'quiet', [{ channel: 'hook', severity: 'critical' }]);
  await raise(alertOf('quiet', { severity: 'warning' }));
  await eventually(async () =>
    expect(await deliveries('quiet')).toEqual([' incident/quiet/1/opened logged']),
  );
  expect(worker.log()).toContain('performance is lost');

  const group = 'incident/quiet/2';
  hook.answerWith({ status: 503 });
  await raise(alertOf('quiet', { key: `${group}/opened`, group }));
  await eventually(async () => expect(await one('quiet', 'hook')).toBeDefined());
  await worker.end('SIGKILL');
  worker = await stack.startWorker({ ...SECRETS, CHAT_URL: chat.url });
  await eventually(async () =>
    expect(await one('quiet', 'hook')).toMatchObject({ status: 'delivered' }),
  );
});

const isOf = (model: string) => (body: { model?: string }) => body.model === model;
