import type { Alert, Telling } from '../../contracts/index.js';
import { post } from '../http-post.js';
import type { Outgoing, Sent } from '../outgoing.js';
import type { SlackChannel } from '../settings/channel-schema.js';
import { secretOf } from '../settings/secret.js';
import { cut, headline, subjectOf } from '../words.js';

const COLOURS = { info: '#439fe0', warning: '#daa038', critical: '#a30200', resolved: '#2eb886' };
/** Slack refuses longer messages. */
const MOST_ATTACHMENTS = 20;
const MOST_FIELDS = 20;

/** Slack's incoming webhooks, as Mattermost, Rocket.Chat and Discord (`/slack`) take them too. */
export async function sendToSlack(
  channel: SlackChannel,
  message: Outgoing,
  directory: string,
): Promise<Sent> {
  const body = JSON.stringify(slackMessage(message.tellings));
  const { allowLinkLocal } = channel;
  const url = await secretOf(channel.url, directory);
  return { sent: body, detail: await post({ url, headers: {}, body, allowLinkLocal }) };
}

export function slackMessage(tellings: readonly Telling[]) {
  return {
    text: slackText(cut(subjectOf(tellings), 3_000)),
    attachments: tellings.slice(0, MOST_ATTACHMENTS).map((telling) => {
      const { alert } = telling;
      return {
        color: COLOURS[alert.status === 'resolved' ? 'resolved' : alert.severity],
        fallback: slackText(cut(headline(telling), 3_000)),
        title: slackText(cut(headline(telling), 300)),
        text: slackText(cut(alert.text, 3_000)),
        fields: fields(alert),
        footer: slackText(cut(alert.group, 300)),
        ts: Math.floor(Date.parse(alert.at) / 1_000),
      };
    }),
  };
}

function fields({ facts }: Alert) {
  return Object.entries(facts)
    .slice(0, MOST_FIELDS)
    .map(([name, value]) => ({
      title: slackText(cut(name, 100)),
      value: slackText(cut(value, 500)),
      short: value.length <= 40,
    }));
}

/** The three characters that are markup in Slack. */
function slackText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
