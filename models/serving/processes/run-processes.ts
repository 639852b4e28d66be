import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../../../logging/logger.js';
import { type FromProcess, PROCESS_NUMBER, type ToProcess } from './messages.js';
import type { Addresses } from './ready.js';

/** Longest wait for the measures of a process; a scrape is given up after ten seconds. */
const METRICS_WITHIN_MS = 2_000;
const EXIT_BY_SIGNAL = 1;

export interface RunProcessesOptions {
  /** How many; two or more. */
  readonly count: number;
  /** Resolves when they are to end. */
  readonly stop: Promise<void>;
  /** All of them listen. */
  readonly onReady: (addresses: Addresses) => void;
  readonly logger: Logger;
}

/**
 * Runs this program as several processes that listen on one port; Node gives each the connections in
 * turn. One that ends is followed by another. One that ends before it listens ends all of them: it has
 * said why, and the next would end as well.
 *
 * @returns the exit code: 0 where they were stopped, else that of the one that did not come to listen
 */
export async function runProcesses(options: RunProcessesOptions): Promise<number> {
  const { count, stop, onReady, logger } = options;
  const processes = new Processes(logger);
  const stopped = stop.then(() => 0);
  // The first one alone: what it refuses is said once.
  let code = await Promise.race([processes.start(1), processes.failed, stopped]);
  for (let number = 2; number <= count && typeof code !== 'number'; number += 1) {
    code = await Promise.race([processes.start(number), processes.failed, stopped]);
  }
  if (typeof code !== 'number') {
    onReady(code);
    code = await Promise.race([processes.failed, stopped]);
  }
  await processes.stop();
  return code;
}

class Processes {
  /** The exit code of one that ended before it listened. */
  readonly failed: Promise<number>;
  #fail: (code: number) => void = () => {};
  readonly #workers = new Map<number, Worker>();
  /** Who waits for the measures of a process, by the number of the question. */
  readonly #waiting = new Map<number, (text: string) => void>();
  #asks = 0;
  #stopping = false;

  constructor(private readonly logger: Logger) {
    this.failed = new Promise((resolve) => {
      this.#fail = resolve;
    });
    cluster.setupPrimary({ stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  }

  /** Resolves once it listens, never where it does not. */
  start(number: number): Promise<Addresses> {
    const worker = cluster.fork({ [PROCESS_NUMBER]: String(number) });
    this.#workers.set(number, worker);
    return new Promise((resolve) => {
      let isListening = false;
      worker.on('message', (message: FromProcess) => {
        if (message.kind === 'metrics') this.#waiting.get(message.ask)?.(message.text);
        if (message.kind === 'wantMetrics') void this.#giveMetrics(worker, message.ask);
        if (message.kind !== 'ready') return;
        isListening = true;
        resolve(message);
      });
      worker.once('exit', (code: number | null, signal: string | null) => {
        this.#workers.delete(number);
        if (this.#stopping) return;
        if (!isListening) return this.#fail(code || EXIT_BY_SIGNAL);
        const why = { process: number, code, signal };
        this.logger.warn(why, 'a process of the gateway ended: another takes its place');
        void this.start(number);
      });
    });
  }

  /** Each finishes what is in flight. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const workers = [...this.#workers.values()];
    const ended = workers.map((worker) => once(worker, 'exit'));
    for (const worker of workers) worker.process.kill('SIGTERM');
    await Promise.all(ended);
  }

  async #giveMetrics(asker: Worker, ask: number): Promise<void> {
    const answers = [...this.#workers].map(async ([number, worker]) => {
      const text = await this.#metricsOf(worker);
      return text === null ? [] : [[number, text] as const];
    });
    tell(asker, { kind: 'allMetrics', ask, texts: (await Promise.all(answers)).flat() });
  }

  /** `null` where it does not answer in time. */
  async #metricsOf(worker: Worker): Promise<string | null> {
    this.#asks += 1;
    const ask = this.#asks;
    const answer = new Promise<string>((resolve) => this.#waiting.set(ask, resolve));
    tell(worker, { kind: 'giveMetrics', ask });
    try {
      return await Promise.race([answer, sleep(METRICS_WITHIN_MS, null, { ref: false })]);
    } finally {
      this.#waiting.delete(ask);
    }
  }
}

/** A process that has just ended hears nothing any more. */
function tell(worker: Worker, message: ToProcess): void {
  worker.send(message, () => {});
}
