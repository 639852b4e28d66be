import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Alert, Telling } from '../../contracts/index.js';
import {
  type Channel,
  channelsPath,
  DeliveryFailure,
  outgoing,
  readChannels,
  send,
} from '../../notifications/index.js';
import { type HttpReceiver, startHttpReceiver } from '../support/http-receiver.js';
import { type SmtpReceiver, startSmtpReceiver } from '../support/smtp-receiver.js';
import { ALERT, documented } from './documented.js';

const tls = (name: string) => new URL(`../fixtures/tls/${name}.pem`, import.meta.url);
const directory = mkdtempSync(join(tmpdir(), 'millrace-channels-'));
let receiver: HttpReceiver;
beforeAll(async () => {
  receiver = await startHttpReceiver();
  writeFileSync(join(directory, 'secret'), 's3cret-of-the-hook\n');
  writeFileSync(join(directory, 'slack'), `${receiver.url}/slack`);
});
afterAll(async () => {
  await receiver.close();
  rmSync(directory, { recursive: true, force: true });
});

/** A channel as the file would give it. */
async function channel(yaml: string): Promise<Channel> {
  const file = channelsPath(directory);
  writeFileSync(file, `channels:\n  it: ${yaml}\n`);
  const found = (await readChannels(file)).byName.get('it');
  if (found === undefined) throw new Error('no channel');
  return found;
}

async function tell(to: Channel, ...alerts: readonly Alert[]) {
  const [first = { alert: ALERT, repeat: 0 }, ...rest] = alerts.map(
    (alert): Telling => ({ alert, repeat: 0 }),
  );
  return send(to, outgoing([first, ...rest]), directory);
}

const failureOf = (sending: Promise<unknown>) =>
  sending.then(
    () => null,
    (error: unknown) => (error instanceof DeliveryFailure ? error : Promise.reject(error)),
  );
const last = () => receiver.received.at(-1) ?? { path: '', headers: {}, body: 'null' };

const over: Alert = {
  ...ALERT,
  key: 'incident/bikes/3/closed',
  status: 'resolved',
  title: 'mae is back at 79.1',
};

describe('a Slack channel', () => {
  it('posts what the page shows, and keeps all of it but the address', async () => {
    const { sent, detail } = await tell(await channel('{kind: slack, url: {file: slack}}'), ALERT);
    expect(last().path).toBe('/slack');
    expect(JSON.parse(last().body)).toEqual(JSON.parse(documented('slack')));
    expect(sent).toBe(last().body);
    expect(detail).toBe('200 ok');
  });

  it('puts several alerts of a group into one message, an end in green', async () => {
    await tell(await channel('{kind: slack, url: {file: slack}}'), ALERT, over);
    const { text, attachments } = JSON.parse(last().body);
    expect(text).toBe('[critical] bikes: performance is lost: mae 112.4 &gt; 90 (and 1 more)');
    expect(attachments).toHaveLength(2);
    expect(attachments[1]).toMatchObject({
      color: '#2eb886',
      title: '[resolved] bikes: mae is back at 79.1',
    });
  });
});

describe('a webhook', () => {
  const yaml = () => `{kind: webhook, url: '${receiver.url}/hook', secret: {file: secret}}`;

  it('posts what the page shows, signed as the page verifies it', async () => {
    const { sent } = await tell(await channel(yaml()), ALERT);
    const { headers, body } = last();
    expect(JSON.parse(body)).toEqual(JSON.parse(documented('webhook')));
    expect(sent).toBe(body);
    expect(headers['content-type']).toBe('application/json');
    expect(headers['idempotency-key']).toMatch(/^[0-9a-f]{32}$/);

    const program = join(directory, 'verify.mjs');
    writeFileSync(program, documented('verify'));
    const { isFromMillrace } = await import(program);
    const now = Date.now() / 1_000;
    expect(isFromMillrace('s3cret-of-the-hook', headers, body, now)).toBe(true);
    expect(isFromMillrace('another secret', headers, body, now)).toBe(false);
    expect(isFromMillrace('s3cret-of-the-hook', headers, `${body} `, now)).toBe(false);
    expect(isFromMillrace('s3cret-of-the-hook', headers, body, now + 600)).toBe(false);
  });

  it('gives another attempt the same idempotency key, another repetition another', async () => {
    const to = await channel(yaml());
    const keyOf = async (repeat: number) => {
      await send(to, outgoing([{ alert: ALERT, repeat }]), directory);
      return last().headers['idempotency-key'];
    };
    const first = await keyOf(0);
    expect(await keyOf(0)).toBe(first);
    expect(await keyOf(1)).not.toBe(first);
    expect(JSON.parse(last().body)).toMatchObject({
      id: 'incident/bikes/3/opened/repeat/1',
      key: 'incident/bikes/3/opened',
      repeat: 1,
    });
  });

  it.each([
    [503, false, null],
    [429, false, 7_000],
    [404, true, null],
    [302, true, null],
  ])('takes %i as passing or final, and when to come again', async (status, permanent, after) => {
    receiver.answerWith({
      status,
      body: 'why',
      headers: {
        location: `${receiver.url}/elsewhere`,
        ...(after === null ? {} : { 'retry-after': '7' }),
      },
    });
    const before = receiver.received.length;
    const failure = await failureOf(tell(await channel(yaml()), ALERT));
    expect(failure).toMatchObject({ permanent, retryAfterMs: after });
    expect(failure?.message).toContain(`answered ${status}`);
    expect(receiver.received).toHaveLength(before + 1);
  });

  it('says that nobody listens, and tries again', async () => {
    const gone = await startHttpReceiver();
    await gone.close();
    const to = await channel(`{kind: webhook, url: '${gone.url}', secret: {file: secret}}`);
    const failure = await failureOf(tell(to, ALERT));
    expect(failure).toMatchObject({ permanent: false });
    expect(failure?.message).toMatch(/^127\.0\.0\.1:\d+: ECONNREFUSED$/);
  });

  it.each([
    'http://169.254.169.254/latest',
    'http://0xa9fea9fe/',
    'http://[fe80::1]/',
    'http://[::ffff:169.254.169.254]/',
  ])('does not reach %s', async (url) => {
    const to = await channel(`{kind: webhook, url: '${url}', secret: {file: secret}}`);
    const failure = await failureOf(tell(to, ALERT));
    expect(failure).toMatchObject({ permanent: true });
    expect(failure?.message).toContain('allowLinkLocal');
  });
});

describe('PagerDuty', () => {
  it('is triggered and resolved as the page shows; its key is sent and not kept', async () => {
    const to = await channel(
      `{kind: pagerDuty, routingKey: {file: secret}, url: '${receiver.url}/v2/enqueue'}`,
    );
    const { sent } = await tell(to, ALERT);
    expect(JSON.parse(last().body)).toEqual({
      routing_key: 's3cret-of-the-hook',
      ...JSON.parse(documented('pager-duty')),
    });
    expect(JSON.parse(sent)).toEqual(JSON.parse(documented('pager-duty')));
    await tell(to, over);
    expect(JSON.parse(last().body)).toEqual({
      routing_key: 's3cret-of-the-hook',
      ...JSON.parse(documented('pager-duty-resolved')),
    });
  });
});

describe('mail', () => {
  let server: SmtpReceiver;
  afterEach(() => server.close());
  const yaml = (more: string) =>
    `{kind: smtp, host: 127.0.0.1, port: ${server.port}, from: Millrace <millrace@example.com>, to: [on-call@example.com], ${more}}`;

  it('sends what the page shows', async () => {
    server = await startSmtpReceiver();
    await tell(await channel(yaml('tls: none')), ALERT);
    const [mail] = server.received;
    expect(mail).toMatchObject({
      from: 'millrace@example.com',
      to: ['on-call@example.com'],
      login: null,
      encrypted: false,
    });
    const [head = '', ...body] = (mail?.data ?? '').split('\n\n');
    const shown = documented('mail');
    for (const line of shown.slice(0, shown.indexOf('\n\n')).split('\n')) {
      expect(head.split('\n')).toContain(line);
    }
    expect(head).toContain('Date: Mon, 08 Aug 2011 06:00:00 +0000');
    expect(head).toMatch(/^Message-ID: <[0-9a-f]{32}@example\.com>$/m);
    const text = body.join('\n\n').trim();
    expect(unfolded(head, text)).toBe(shown.slice(shown.indexOf('\n\n')).trim());
  });

  it('logs in over an encrypted connection, and keeps letters and lone dots as they are', async () => {
    const login = { user: 'millrace', password: 's3cret-of-the-hook' };
    server = await startSmtpReceiver({
      login,
      certificate: {
        key: readFileSync(tls('localhost-key'), 'utf8'),
        cert: readFileSync(tls('localhost-cert'), 'utf8'),
      },
    });
    const ca = tls('localhost-cert').pathname;
    await tell(await channel(yaml(`user: millrace, password: {file: secret}, caFile: '${ca}'`)), {
      ...ALERT,
      title: 'Zürich läuft über',
      text: 'before\n.\nafter',
    });
    const [mail] = server.received;
    expect(mail).toMatchObject({ login, encrypted: true });
    expect(mail?.data).toContain('=?UTF-8?');
    expect(mail?.data).toContain('\nbefore\n.\nafter\n');
  });

  it('does not send where the server cannot encrypt, or is not who it says', async () => {
    server = await startSmtpReceiver();
    expect((await failureOf(tell(await channel(yaml('')), ALERT)))?.message).toMatch(
      /STARTTLS|TLS/,
    );
    await server.close();
    server = await startSmtpReceiver({
      certificate: {
        key: readFileSync(tls('localhost-key'), 'utf8'),
        cert: readFileSync(tls('localhost-cert'), 'utf8'),
      },
    });
    expect((await failureOf(tell(await channel(yaml('')), ALERT)))?.message).toMatch(/self.signed/);
    expect(server.received).toEqual([]);
  });

  it('takes 5xx as final and 4xx as passing, and names who was left out', async () => {
    server = await startSmtpReceiver();
    const to = await channel(yaml('tls: none'));
    server.refuseWith('550 5.1.1 nobody here');
    expect(await failureOf(tell(to, ALERT))).toMatchObject({ permanent: true });
    server.refuseWith('451 4.3.0 later');
    expect(await failureOf(tell(to, ALERT))).toMatchObject({ permanent: false });
    const two = yaml('tls: none').replace('[on-call@', '[left@example.com, on-call@');
    server.refuseWith('550 5.1.1 nobody here');
    expect((await tell(await channel(two), ALERT)).detail).toContain('refused: left@example.com');
  });
});

/** Quoted-printable as mail carries it, back to text. */
function unfolded(head: string, text: string): string {
  if (!/quoted-printable/i.test(head)) return text;
  return text
    .replaceAll('=\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
}
