import { log } from '@temporalio/workflow';
import type { Alert, AlertRoute, SendOutcome, Telling } from '../contracts/index.js';
import { alertActivities, controlActivities } from './activity-proxies.js';
import { causeOf } from './failure-cause.js';

/** Where one channel stands with the alerts of a group. */
export interface AlertLineState {
  readonly channel: string;
  readonly gatherMs: number;
  readonly repeatMs: number | null;
  /** Not told yet, oldest first. */
  readonly queue: readonly Telling[];
  /** When the queue is sent; `null` while it is empty. */
  readonly sendAtMs: number | null;
  /** The newest alert of a trouble that goes on, and whether the channel got it. */
  readonly firing: Alert | null;
  readonly told: boolean;
  /** When `firing` is told again; `null`: not. */
  readonly againAtMs: number | null;
  readonly repeats: number;
}

/**
 * Tells one channel, one message at a time and in order: an end never overtakes its beginning, and
 * what came while a receiver was away goes out together.
 */
export class AlertLine {
  #state: AlertLineState;
  #busy = false;

  constructor(state: AlertLineState) {
    this.#state = state;
  }

  static to({ channel, gatherMs, repeatMs }: AlertRoute): AlertLine {
    return new AlertLine({
      channel,
      gatherMs,
      repeatMs,
      queue: [],
      sendAtMs: null,
      firing: null,
      told: false,
      againAtMs: null,
      repeats: 0,
    });
  }

  get state(): AlertLineState {
    return this.#state;
  }

  get isBusy(): boolean {
    return this.#busy;
  }

  /** The alert that is to be told again now. */
  dueAgain(nowMs: number): Alert | null {
    const { firing, againAtMs } = this.#state;
    return againAtMs !== null && againAtMs <= nowMs ? firing : null;
  }

  /** When there is something to do next; `null`: nothing, unless something comes. */
  nextMs(): number | null {
    const { sendAtMs, againAtMs } = this.#state;
    if (this.#busy) return null;
    return sendAtMs === null || (againAtMs !== null && againAtMs < sendAtMs) ? againAtMs : sendAtMs;
  }

  /** Takes an alert; an end only where the beginning was told, or is to be. */
  add(alert: Alert, nowMs: number): void {
    const { gatherMs, sendAtMs, queue, firing, told } = this.#state;
    if (alert.status === 'resolved' && firing === null && !told) return;
    this.#state = {
      ...this.#state,
      queue: [...queue, { alert, repeat: 0 }],
      sendAtMs: sendAtMs ?? nowMs + gatherMs,
      ...(alert.status === 'firing' ? { firing: alert } : {}),
      ...(alert.status === 'resolved' ? { firing: null, againAtMs: null } : {}),
    };
  }

  /** The registry knows that this channel was told of a beginning, by an earlier run. */
  wasTold(): void {
    this.#state = { ...this.#state, told: true };
  }

  /** The trouble goes on: it is told again, or at last where a silence kept it back. */
  repeat(nowMs: number): void {
    const { firing, queue, told, repeats } = this.#state;
    if (firing === null) return;
    const repeat = told ? repeats + 1 : repeats;
    this.#state = {
      ...this.#state,
      queue: [...queue, { alert: firing, repeat }],
      sendAtMs: nowMs,
      againAtMs: null,
      repeats: repeat,
    };
  }

  /** Sends what is due; `null` where nothing is, or a message is under way. */
  sendDue(nowMs: number): Promise<void> | null {
    const { sendAtMs } = this.#state;
    if (this.#busy || sendAtMs === null || sendAtMs > nowMs) return null;
    const tellings = this.#take(nowMs);
    if (tellings.length === 0) return null;
    this.#busy = true;
    return this.#send(tellings).finally(() => {
      this.#busy = false;
    });
  }

  /** The next message: all that was gathered, or one alert. */
  #take(nowMs: number): readonly Telling[] {
    const { queue, gatherMs, told } = this.#state;
    const count = gatherMs > 0 ? queue.length : 1;
    const taken = queue.slice(0, count);
    const rest = queue.slice(count);
    this.#state = { ...this.#state, queue: rest, sendAtMs: rest.length === 0 ? null : nowMs };
    // Whoever was not told that it began need not know that it is over.
    const begins = told || taken.some(({ alert }) => alert.status === 'firing');
    return taken.filter(({ alert }) => begins || alert.status !== 'resolved');
  }

  async #send(tellings: readonly Telling[]): Promise<void> {
    const { outcome, until } = await attempt(this.#state.channel, tellings);
    const newest = tellings.findLast(({ alert }) => alert.status !== 'notice')?.alert.status;
    if (newest === undefined) return;
    if (outcome === 'delivered') {
      const isOver = newest === 'resolved';
      this.#state = { ...this.#state, told: !isOver, ...(isOver ? { repeats: 0 } : {}) };
    }
    const { firing, repeatMs, told } = this.#state;
    if (firing === null) return;
    const now = Date.now();
    if (outcome === 'silenced') {
      this.#state = { ...this.#state, againAtMs: Math.max(Date.parse(until), now + 1_000) };
    } else if (told) {
      this.#state = { ...this.#state, againAtMs: repeatMs === null ? null : now + repeatMs };
    } else {
      this.#state = { ...this.#state, firing: null };
    }
  }
}

/** Temporal tries again for a day; a channel that stays away holds nobody else up. */
async function attempt(channel: string, tellings: readonly Telling[]): Promise<SendOutcome> {
  try {
    return await alertActivities.sendAlerts({ channel, tellings });
  } catch (error) {
    const reason = causeOf(error).message;
    log.warn('an alert was given up', { channel, reason });
    await controlActivities.giveUpAlerts({ channel, tellings, reason });
    return { outcome: 'failed', until: '' };
  }
}
