import { createHash } from 'node:crypto';
import type { Telling } from '../../contracts/index.js';
import { post } from '../http-post.js';
import type { Outgoing, Sent } from '../outgoing.js';
import type { PagerDutyChannel } from '../settings/channel-schema.js';
import { secretOf } from '../settings/secret.js';
import { cut, oneLine } from '../words.js';

/** PagerDuty takes no longer key. */
const LONGEST_DEDUP_KEY = 255;

/** PagerDuty's Events API v2: an alert triggers, a resolved one resolves what has its group. */
export async function sendToPagerDuty(
  channel: PagerDutyChannel,
  message: Outgoing,
  directory: string,
): Promise<Sent> {
  const [telling] = message.tellings;
  const event = pagerDutyEvent(telling);
  const routingKey = await secretOf(channel.routingKey, directory);
  const detail = await post({
    url: channel.url,
    headers: {},
    body: JSON.stringify({ routing_key: routingKey, ...event }),
    allowLinkLocal: channel.allowLinkLocal,
  });
  return { sent: JSON.stringify(event), detail };
}

/** Everything but the routing key, which is a secret. */
export function pagerDutyEvent({ alert, repeat }: Telling) {
  const { group, status, severity, model, title, text, facts, at, key } = alert;
  if (status === 'resolved') return { event_action: 'resolve', dedup_key: dedupKey(group) };
  return {
    event_action: 'trigger',
    dedup_key: dedupKey(group),
    client: 'millrace',
    payload: {
      summary: cut(oneLine(`${model}: ${title}`), 1_024),
      source: `millrace/${model}`,
      severity,
      timestamp: at,
      component: model,
      group,
      class: status,
      custom_details: { ...facts, text, key, repeat },
    },
  };
}

function dedupKey(group: string): string {
  if (group.length <= LONGEST_DEDUP_KEY) return group;
  return createHash('sha256').update(group).digest('hex');
}
