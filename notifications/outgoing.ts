import { createHash } from 'node:crypto';
import { type Telling, tellingKey } from '../contracts/index.js';

/** One message on its way: the alerts that a channel is told at once. */
export interface Outgoing {
  /** At least one, oldest first. */
  readonly tellings: readonly [Telling, ...Telling[]];
  /** Receivers that see the same again may drop it. */
  readonly idempotencyKey: string;
}

export function outgoing(tellings: readonly [Telling, ...Telling[]]): Outgoing {
  const keys = tellings.map(tellingKey).join('\n');
  return { tellings, idempotencyKey: createHash('sha256').update(keys).digest('hex').slice(0, 32) };
}

/** What a channel was given, as it may be kept: without secrets. */
export interface Sent {
  readonly sent: string;
  /** What the receiver said. */
  readonly detail: string;
}
