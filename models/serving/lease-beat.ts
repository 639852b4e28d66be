import { setTimeout as sleep } from 'node:timers/promises';
import type { GatewayLease } from '../../contracts/index.js';
import type { Logger } from '../../logging/logger.js';
import type { LeaseWriter } from '../registry/ports.js';

export interface LeaseBeatOptions {
  readonly leases: LeaseWriter;
  readonly logger: Logger;
  readonly intervalMs: number;
  /** Longest wait for the lease to be taken away; 3 s by default. */
  readonly stopWithinMs?: number;
  /** What to say, asked anew for each write. */
  readonly describe: () => Omit<GatewayLease, 'at'>;
}

const STOP_WITHIN_MS = 3_000;

/** Says in the registry what this gateway serves: each interval, and at once when told to. */
export class LeaseBeat {
  readonly #options: LeaseBeatOptions;
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> | null = null;
  #again = false;
  #failing = false;
  #stopped = false;

  constructor(options: LeaseBeatOptions) {
    this.#options = options;
  }

  start(): void {
    this.beat();
    this.#timer = setInterval(() => this.beat(), this.#options.intervalMs);
  }

  /** Writes now; while a write is under way, once more after it. */
  beat(): void {
    if (this.#stopped) return;
    this.#again = true;
    this.#writing ??= this.#write();
  }

  /**
   * Takes the lease away; no more are written. Where the registry does not take that, the lease ends
   * by its age, and the gateway is not kept from ending as it should.
   */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== null) clearInterval(this.#timer);
    const { logger, stopWithinMs = STOP_WITHIN_MS } = this.#options;
    const given = new AbortController();
    const late = sleep(stopWithinMs, undefined, { signal: given.signal }).then(
      () => {
        throw new Error(`not within ${stopWithinMs} ms`);
      },
      () => undefined,
    );
    try {
      await Promise.race([this.#takeAway(), late]);
    } catch (error) {
      logger.warn({ err: error }, 'the lease could not be taken away: it ends by its age');
    } finally {
      given.abort();
    }
  }

  async #takeAway(): Promise<void> {
    await this.#writing;
    await this.#options.leases.removeLease(this.#options.describe().id);
  }

  async #write(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      try {
        const lease = { ...this.#options.describe(), at: new Date().toISOString() };
        await this.#options.leases.writeLease(lease);
        if (this.#failing) this.#options.logger.info('the lease is written again');
        this.#failing = false;
      } catch (error) {
        if (!this.#failing)
          this.#options.logger.warn({ err: error }, 'the lease cannot be written');
        this.#failing = true;
      }
    }
    this.#writing = null;
  }
}
