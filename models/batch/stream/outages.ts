import { setTimeout as sleep } from 'node:timers/promises';
import { formatDurationMs, isMillraceError } from '../../../contracts/index.js';
import { ServerFault } from '../../sources/server-fault.js';

export interface OutageOptions {
  /** Longest that one is waited for, in ms; 0: none is. */
  readonly longestMs: number;
  /** Told once that something is waited for, and once that it is back. */
  readonly say: (text: string) => void;
}

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 15_000;
/** What fails again sooner after it was back has not been well in between. */
const STEADY_MS = 60_000;

/**
 * Waits for what a stream needs and does not get for a moment: its broker, its online store, the
 * server of its model. Pauses grow from 0.2 to 15 s.
 */
export class Outages {
  readonly #options: OutageOptions;
  /** On the clock of `performance.now()`: when it began, `null`: there is none. */
  #sinceMs: number | null = null;
  #pauses = 0;
  #isSaid = false;
  #backMs = 0;

  /** @param signal - once it is aborted nothing is waited for */
  constructor(
    options: OutageOptions,
    private readonly signal: AbortSignal,
  ) {
    this.#options = options;
  }

  /**
   * Does it again and again until it is done.
   *
   * @throws what it throws that waiting does not mend, or once that was waited for long enough; also
   * where the signal is aborted
   */
  async through<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        const result = await work();
        this.over();
        return result;
      } catch (error) {
        await this.sitOut(error);
      }
    }
  }

  /**
   * Waits until it may be tried again.
   *
   * @throws the error itself where it is of another kind or lasts too long, or the signal is aborted
   */
  async sitOut(error: unknown): Promise<void> {
    const { signal } = this;
    if (signal.aborted || !mayPass(error)) throw error;
    const { longestMs, say } = this.#options;
    const nowMs = performance.now();
    if (!this.#isSaid && nowMs - this.#backMs >= STEADY_MS) this.over();
    this.#sinceMs ??= nowMs;
    const leftMs = this.#sinceMs + longestMs - nowMs;
    if (leftMs <= 0) throw error;
    if (!this.#isSaid) {
      const longest = formatDurationMs(longestMs);
      say(`${error.message}; it is waited for, up to ${longest}, and nothing is lost`);
    }
    this.#isSaid = true;
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** this.#pauses, LONGEST_PAUSE_MS, leftMs);
    this.#pauses += 1;
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) throw error;
  }

  /** It answers again; whether it stays so is seen by what it does next. */
  back(): void {
    this.#backMs = performance.now();
    if (!this.#isSaid || this.#sinceMs === null) return;
    this.#isSaid = false;
    const seconds = Math.ceil((this.#backMs - this.#sinceMs) / 1_000);
    this.#options.say(`it is back after ${seconds} s: the stream goes on where it was`);
  }

  /** What was away has done its work. */
  over(): void {
    if (this.#sinceMs === null) return;
    this.back();
    this.#sinceMs = null;
    this.#pauses = 0;
  }
}

/** A server that refuses, or answers what cannot be believed, will do so again. */
function mayPass(error: unknown): error is Error {
  if (error instanceof ServerFault) return error.statusCode !== 502;
  return (
    isMillraceError(error) &&
    (error.type === 'ServiceUnavailable' || error.type === 'RegistryUnavailable')
  );
}
