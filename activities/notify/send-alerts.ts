import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import {
  isMillraceError,
  isSilencing,
  type SendOutcome,
  type Silence,
  type Telling,
  tellingKey,
} from '../../contracts/index.js';
import {
  type Channels,
  channelsPath,
  DeliveryFailure,
  nearestName,
  outgoing,
  readChannels,
  type Sent,
  send,
} from '../../notifications/index.js';
import type { ActivityDeps } from '../deps.js';
import { deliveryOf } from './delivery.js';

export interface SendAlertsInput {
  readonly channel: string;
  /** What goes into one message, oldest first. */
  readonly tellings: readonly Telling[];
}

const DELIVERED: SendOutcome = { outcome: 'delivered', until: '' };
/** Receivers that hang may not take the slots of the activities that change production. */
const MOST_UNDER_WAY = 10;
const BUSY_MS = 2_000;

type SendingDeps = Pick<ActivityDeps, 'home' | 'registry'>;

/**
 * Sends one message and keeps what became of it. What was delivered by an earlier attempt is left
 * out; a crash between the two sends it again, with the same idempotency key.
 *
 * @throws ApplicationFailure to be tried again
 */
export function sendAlerts(deps: SendingDeps) {
  let underWay = 0;
  return async (input: SendAlertsInput): Promise<SendOutcome> => {
    if (underWay >= MOST_UNDER_WAY) {
      throw tryAgain('other alerts are under way', BUSY_MS);
    }
    underWay += 1;
    try {
      return await sendOnce(deps, input);
    } finally {
      underWay -= 1;
    }
  };
}

async function sendOnce(
  deps: SendingDeps,
  { channel, tellings }: SendAlertsInput,
): Promise<SendOutcome> {
  const open = await undelivered(deps, channel, tellings);
  const [first, ...rest] = open;
  if (first === undefined) return DELIVERED;
  // Who was told that it began is told that it is over, silence or not.
  const isEnd = open.every(({ alert }) => alert.status === 'resolved');
  const silence = isEnd ? null : await silenceOf(deps, first.alert.model);
  if (silence !== null) {
    const detail = `silenced by ${silence.actor} until ${silence.until}: ${silence.reason}`;
    await keep(deps, channel, open, { status: 'silenced', detail, sent: null });
    return { outcome: 'silenced', until: silence.until };
  }
  try {
    const { sent, detail } = await deliver(deps, channel, [first, ...rest]);
    await keep(deps, channel, open, { status: 'delivered', detail, sent });
    return DELIVERED;
  } catch (error) {
    const { message, permanent, retryAfterMs } = failureOf(error);
    if (permanent) {
      await keep(deps, channel, open, { status: 'failed', detail: message, sent: null });
      return { outcome: 'failed', until: '' };
    }
    const detail = `attempt ${Context.current().info.attempt}: ${message}`;
    await keep(deps, channel, open, { status: 'retrying', detail, sent: null });
    throw tryAgain(message, retryAfterMs);
  }
}

function tryAgain(message: string, afterMs: number | null): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'ServiceUnavailable',
    message,
    ...(afterMs === null ? {} : { nextRetryDelay: afterMs }),
  });
}

/** When no attempt helped for as long as is tried. */
export function giveUpAlerts(deps: SendingDeps) {
  return async ({
    channel,
    tellings,
    reason,
  }: SendAlertsInput & { reason: string }): Promise<void> => {
    const open = await undelivered(deps, channel, tellings);
    const detail = `given up: ${reason}`;
    await keep(deps, channel, open, { status: 'failed', detail, sent: null });
  };
}

async function deliver(
  { home }: SendingDeps,
  name: string,
  tellings: readonly [Telling, ...Telling[]],
): Promise<Sent> {
  const channels = await readChannels(channelsPath(home.root));
  const channel = channels.byName.get(name);
  if (channel === undefined) throw unknownChannel(name, channels);
  return send(channel, outgoing(tellings), channels.directory);
}

export function unknownChannel(name: string, channels: Channels): DeliveryFailure {
  const known = [...channels.byName.keys()];
  const near = nearestName(name, known);
  const hint =
    near !== null
      ? `did you mean ${near}?`
      : known.length === 0
        ? 'the installation has none: write channels.yaml in its state directory'
        : `there are: ${known.join(', ')}`;
  return new DeliveryFailure(`no channel is named ${name}; ${hint}`, { permanent: true });
}

/** A channels file that cannot be read is mended by someone: the message waits for that. */
function failureOf(error: unknown): DeliveryFailure {
  if (error instanceof DeliveryFailure) return error;
  if (!isMillraceError(error)) throw error;
  return new DeliveryFailure(error.message, { cause: error });
}

async function undelivered(
  { registry }: SendingDeps,
  channel: string,
  tellings: readonly Telling[],
): Promise<readonly Telling[]> {
  const open: Telling[] = [];
  for (const telling of tellings) {
    const before = await registry.alertDeliveries({ key: tellingKey(telling) });
    const delivered = before.some(
      (delivery) => delivery.channel === channel && delivery.status === 'delivered',
    );
    if (!delivered) open.push(telling);
  }
  return open;
}

/** Of several the one that lasts longest. */
async function silenceOf({ registry }: SendingDeps, model: string): Promise<Silence | null> {
  const now = Date.now();
  const silences = await registry.silences();
  return silences.find((silence) => isSilencing(silence, model, now)) ?? null;
}

async function keep(
  { registry }: SendingDeps,
  channel: string,
  tellings: readonly Telling[],
  outcome: Parameters<typeof deliveryOf>[2],
): Promise<void> {
  for (const telling of tellings) {
    await registry.recordAlertDelivery(deliveryOf(telling, channel, outcome));
  }
}
