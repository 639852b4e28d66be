import { setTimeout as sleep } from 'node:timers/promises';
import { type ChildEnd, endInWords } from './node-child.js';

/** A process that was started; it may not be ready yet. */
export interface StartedProcess {
  readonly pid: number;
  readonly ready: Promise<unknown>;
  readonly ended: Promise<ChildEnd>;
  stop(): Promise<unknown>;
}

export interface KeptProcessOptions {
  readonly name: string;
  readonly start: () => Promise<StartedProcess>;
  /** The process has another id from now on. */
  readonly onStarted: (pid: number) => void;
  readonly note: (text: string) => void;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** A process that ran this long did not die of how it was started. */
const HEALTHY_AFTER_MS = 60_000;

/** A process that is started again when it dies, with longer and longer pauses between. */
export class KeptProcess {
  #current: Promise<StartedProcess> | null = null;
  readonly #stopping = new AbortController();
  #keeping: Promise<void> = Promise.resolve();

  constructor(private readonly options: KeptProcessOptions) {}

  /**
   * Starts it for the first time and waits until it is ready. From then on it is kept.
   *
   * @throws Error when it ends before it is ready: then it is not tried again
   */
  async start(): Promise<unknown> {
    const first = await this.#startOnce();
    const said = await first.ready;
    this.#keeping = this.#keep(first);
    return said;
  }

  /** Ends it, or what is being started in its place, for good. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    // What is being started at this moment must be waited for, or it would outlive us.
    const current = await this.#current?.catch(() => null);
    await current?.stop();
    await this.#keeping;
  }

  async #startOnce(): Promise<StartedProcess> {
    this.#current = this.options.start();
    const started = await this.#current;
    this.options.onStarted(started.pid);
    return started;
  }

  async #keep(first: StartedProcess): Promise<void> {
    const { name, note } = this.options;
    let pauseMs = FIRST_PAUSE_MS;
    let current: StartedProcess | null = first;
    while (!this.#stopping.signal.aborted) {
      const since = performance.now();
      const why: string =
        current === null ? 'could not be started' : endInWords(await current.ended);
      if (this.#stopping.signal.aborted) return;
      if (performance.now() - since > HEALTHY_AFTER_MS) pauseMs = FIRST_PAUSE_MS;
      note(`the ${name} ended (${why}); starting it again in ${pauseMs / 1_000} s`);
      await sleep(pauseMs, undefined, { signal: this.#stopping.signal }).catch(() => {});
      if (this.#stopping.signal.aborted) return;
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      current = await this.#startOnce().catch((error: Error) => {
        note(`the ${name}: ${error.message}`);
        return null;
      });
      current?.ready.then(() => note(`the ${name} is back`)).catch(() => {});
    }
  }
}
