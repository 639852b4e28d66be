import { isMillraceError } from '../contracts/index.js';
import { sendToPagerDuty } from './channels/pager-duty.js';
import { sendToSlack } from './channels/slack.js';
import { sendMail } from './channels/smtp.js';
import { writeToStdout } from './channels/stdout.js';
import { sendToWebhook } from './channels/webhook.js';
import { DeliveryFailure } from './delivery-failure.js';
import type { Outgoing, Sent } from './outgoing.js';
import type { Channel } from './settings/channel-schema.js';

/** People read these: several alerts of one trouble come as one message. Programs get each. */
export function gathers(channel: Channel): boolean {
  return channel.kind === 'smtp' || channel.kind === 'slack';
}

/**
 * Sends one message; a channel that does not gather takes exactly one alert.
 *
 * @param directory - where paths of the channels file begin
 * @throws DeliveryFailure when the receiver did not take it, or a secret is missing
 */
export async function send(channel: Channel, message: Outgoing, directory: string): Promise<Sent> {
  try {
    switch (channel.kind) {
      case 'smtp':
        return await sendMail(channel, message, directory);
      case 'slack':
        return await sendToSlack(channel, message, directory);
      case 'webhook':
        return await sendToWebhook(channel, message, directory);
      case 'pagerDuty':
        return await sendToPagerDuty(channel, message, directory);
      case 'stdout':
        return await writeToStdout(message);
    }
  } catch (error) {
    if (error instanceof DeliveryFailure) throw error;
    // A missing secret can be put in place, and then the message goes out.
    const message = isMillraceError(error) ? error.message : String(error);
    throw new DeliveryFailure(message, { cause: error });
  }
}
