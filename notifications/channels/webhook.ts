import { createHmac } from 'node:crypto';
import { type Telling, tellingKey } from '../../contracts/index.js';
import { post } from '../http-post.js';
import type { Outgoing, Sent } from '../outgoing.js';
import type { WebhookChannel } from '../settings/channel-schema.js';
import { secretOf } from '../settings/secret.js';

/** Any program of the team's own. The signature proves who sent it, and when. */
export async function sendToWebhook(
  channel: WebhookChannel,
  message: Outgoing,
  directory: string,
  nowMs = Date.now(),
): Promise<Sent> {
  const [telling] = message.tellings;
  const body = JSON.stringify(webhookBody(telling));
  const { url, allowLinkLocal } = channel;
  const timestamp = String(Math.floor(nowMs / 1_000));
  const detail = await post({
    url: typeof url === 'string' ? url : await secretOf(url, directory),
    headers: {
      'idempotency-key': message.idempotencyKey,
      'millrace-timestamp': timestamp,
      'millrace-signature': signature(await secretOf(channel.secret, directory), timestamp, body),
    },
    body,
    allowLinkLocal,
  });
  return { sent: body, detail };
}

export function webhookBody(telling: Telling) {
  const { key, group, status, severity, model, incident, title, text, facts, at } = telling.alert;
  return {
    version: 1,
    id: tellingKey(telling),
    repeat: telling.repeat,
    key,
    group,
    status,
    severity,
    model,
    incident: incident ?? null,
    title,
    text,
    facts,
    at,
  };
}

/**
 * `v1=` and the hexadecimal HMAC-SHA256 of `<timestamp>.<body>`.
 *
 * @param timestamp - seconds since 1970, as the header has it
 */
export function signature(secret: string, timestamp: string, body: string): string {
  return `v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;
}
