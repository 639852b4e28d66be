import { type ChildProcess, spawn } from 'node:child_process';
import type { Logger } from '../../../logging/logger.js';
import type { KeepLogOptions } from './keep-log.js';

export interface LogKeeperOptions {
  /** The program of `keep-main.ts`. */
  readonly program: string;
  readonly directory: string;
  /** Asked before each pass. */
  readonly keep: () => KeepLogOptions['keep'];
  readonly logger: Logger;
  readonly intervalMs?: number;
}

const INTERVAL_MS = 600_000;

/** Tidies the prediction log every ten minutes, each time in a process of its own. */
export class LogKeeper {
  readonly #options: LogKeeperOptions;
  #timer: NodeJS.Timeout | null = null;
  #child: ChildProcess | null = null;

  constructor(options: LogKeeperOptions) {
    this.#options = options;
  }

  start(): void {
    const { intervalMs = INTERVAL_MS } = this.#options;
    this.#timer = setInterval(() => this.#begin(), intervalMs).unref();
  }

  /** Ends a pass that is under way: the next one goes on with what it left. */
  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#child?.kill('SIGKILL');
  }

  #begin(): void {
    if (this.#child !== null) return;
    const { program, directory, keep, logger } = this.#options;
    const child = spawn(process.execPath, [program, JSON.stringify({ directory, keep: keep() })], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    this.#child = child;
    child.once('error', (error) => logger.warn({ err: error }, 'the prediction log is not tidied'));
    child.once('close', () => {
      this.#child = null;
    });
  }
}
