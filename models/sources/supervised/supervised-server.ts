import type { Logger } from '../../../logging/logger.js';
import type { RunningServer, ServerToStart } from '../ports.js';
import { awayWords, ServerFault } from '../server-fault.js';
import { RestartDelay } from './restart-delay.js';
import { endInWords, type ServerLife } from './server-life.js';

/** How often the memory of a server is measured. */
const MEASURE_MS = 5_000;

/** A process of the server that is under way, and where it listens. */
export interface BegunLife {
  readonly life: ServerLife;
  readonly address: string;
}

export interface SupervisedServerOptions
  extends Pick<ServerToStart, 'name' | 'isReady' | 'warmUp'> {
  readonly startTimeoutMs: number;
  /** Starts a process, on a port of its own. */
  readonly begin: () => Promise<BegunLife>;
  /** For the message: where its log is. */
  readonly logFile: string;
  readonly logger: Logger;
  /** Called once, when it was stopped. */
  readonly onStopped: () => Promise<void>;
}

/**
 * A server that is started again when it dies. While it is not there whoever asks is told so, and
 * when to ask again; nobody waits for it.
 */
export class SupervisedServer implements RunningServer {
  readonly #options: SupervisedServerOptions;
  readonly #delay = new RestartDelay();
  /** `null` while it is being started again. */
  #ready: BegunLife | null = null;
  /** Under way, ready or not. */
  #life: ServerLife | null = null;
  /** While a process is being started, before it is a life. */
  #beginning: Promise<BegunLife> | null = null;
  #why = 'is being started';
  #expectedAtMs = 0;
  /** Of its last start: how long the next may take. */
  #startMs = 0;
  #heldBytes = 0;
  #stopped: Promise<void> | null = null;
  #restart: NodeJS.Timeout | null = null;
  #measure: NodeJS.Timeout | null = null;

  constructor(options: SupervisedServerOptions) {
    this.#options = options;
  }

  /** @throws ServerFault when it does not become ready: then nothing of it is left */
  async start(): Promise<void> {
    try {
      await this.#begin();
    } catch (error) {
      await this.stop();
      throw error;
    }
    if (this.#stopped !== null) return;
    this.#measure = setInterval(() => void this.#remeasure(), MEASURE_MS).unref();
  }

  address(): string {
    if (this.#ready !== null) return this.#ready.address;
    const { name, logFile } = this.#options;
    const waitMs = this.#expectedAtMs - performance.now();
    throw new ServerFault(
      503,
      `the server of ${name} ${this.#why}`,
      `it is started again; its log is ${logFile}`,
      Math.max(1, Math.ceil(waitMs / 1_000)),
      { told: awayWords(name) },
    );
  }

  heldBytes(): number {
    return this.#heldBytes;
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    if (this.#restart !== null) clearTimeout(this.#restart);
    if (this.#measure !== null) clearInterval(this.#measure);
    this.#ready = null;
    this.#why = 'was stopped';
    await this.#life?.stop();
    // One that is only now being started would be begun in a directory that is gone.
    await this.#beginning?.then(
      ({ life }) => life.stop(),
      () => undefined,
    );
    await this.#options.onStopped();
  }

  /** @throws ServerFault when it does not become ready; what was started is ended */
  async #begin(): Promise<void> {
    const { begin, isReady, warmUp, startTimeoutMs } = this.#options;
    // Two at once would hold twice the memory.
    await this.#life?.ended;
    if (this.#stopped !== null) throw stoppedFault(this.#options.name, this.#options.logFile);
    const begunMs = performance.now();
    this.#beginning = begin();
    const begun = await this.#beginning;
    const { life, address } = begun;
    this.#life = life;
    if (this.#stopped !== null) await life.stop();
    try {
      await life.untilReady(() => isReady(address), startTimeoutMs);
      await warmUp(address);
    } catch (error) {
      await life.stop();
      throw error;
    }
    if (this.#stopped !== null) return;
    this.#startMs = performance.now() - begunMs;
    this.#ready = begun;
    const readyMs = performance.now();
    await this.#remeasure();
    void life.exited.then((end) => {
      if (this.#stopped === null) this.#died(endInWords(end), performance.now() - readyMs);
    });
  }

  #died(why: string, readyForMs: number): void {
    const { name, logger } = this.#options;
    const waitMs = this.#delay.died(readyForMs);
    this.#ready = null;
    this.#heldBytes = 0;
    this.#why = why;
    this.#expectedAtMs = performance.now() + waitMs + this.#startMs;
    logger.warn({ waitMs }, `the server of ${name} ${why}; it is started again`);
    this.#restart = setTimeout(() => void this.#again(), waitMs);
  }

  async #again(): Promise<void> {
    const { name, logger } = this.#options;
    try {
      await this.#begin();
      if (this.#stopped === null) logger.info(`the server of ${name} answers again`);
    } catch (error) {
      if (this.#stopped !== null) return;
      logger.warn({ err: error }, `the server of ${name} could not be started again`);
      this.#died('could not be started again', 0);
    }
  }

  async #remeasure(): Promise<void> {
    const life = this.#ready?.life;
    if (life === undefined) return;
    const bytes = await life.memoryBytes();
    if (this.#ready?.life === life) this.#heldBytes = bytes;
  }
}

/** Of one that was stopped before it was ready. */
export function stoppedFault(name: string, logFile: string): ServerFault {
  const told = awayWords(name);
  const hint = `its log is ${logFile}`;
  return new ServerFault(503, `the server of ${name} was stopped`, hint, undefined, { told });
}
