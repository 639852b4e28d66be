import { randomUUID } from 'node:crypto';
import {
  type Alert,
  type ChannelTest,
  isMillraceError,
  type TestChannel,
} from '../../contracts/index.js';
import {
  channelsPath,
  DeliveryFailure,
  outgoing,
  readChannels,
  send,
} from '../../notifications/index.js';
import type { ActivityDeps } from '../deps.js';
import { unknownChannel } from './send-alerts.js';

/** Sends a real message from where alerts are sent, once. What went wrong is its result. */
export function testChannel({ home }: Pick<ActivityDeps, 'home'>) {
  return async ({ channel: name, actor }: TestChannel): Promise<ChannelTest> => {
    try {
      const channels = await readChannels(channelsPath(home.root));
      const channel = channels.byName.get(name);
      if (channel === undefined) throw unknownChannel(name, channels);
      const message = outgoing([{ alert: testAlert(name, actor), repeat: 0 }]);
      const { sent, detail } = await send(channel, message, channels.directory);
      return { channel: name, delivered: true, detail, sent };
    } catch (error) {
      if (!(error instanceof DeliveryFailure) && !isMillraceError(error)) throw error;
      return { channel: name, delivered: false, detail: error.message, sent: null };
    }
  };
}

/** A notice, so that a pager's on-call engineer sees what it is. */
function testAlert(channel: string, actor: string): Alert {
  const key = `test/${channel}/${randomUUID()}`;
  return {
    key,
    model: 'millrace',
    severity: 'info',
    group: key,
    status: 'notice',
    title: `a test of the channel ${channel}`,
    text: 'Alerts of this installation arrive here. Nothing is wrong.',
    facts: { 'asked by': actor },
    channels: [channel],
    at: new Date().toISOString(),
  };
}
