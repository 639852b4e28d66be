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
    const asked = JSON.stringify({ directory, keep: bounded(keep()) });
    const child = spawn(process.execPath, [program, asked], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    this.#child = child;
    child.once('error', (error) => {
      // Of one that was never started nothing else is told.
      this.#child = null;
      logger.warn({ err: error }, 'the prediction log is not tidied');
    });
    child.once('close', () => {
      this.#child = null;
    });
  }
}

/** Of the models of which not everything is kept: a command line is no place for thousands of others. */
function bounded(keep: KeepLogOptions['keep']): object {
  const limits = Object.entries(keep).map(
    ([model, { keepMs, keepBytes }]) => [model, { keepMs, keepBytes }] as const,
  );
  return Object.fromEntries(
    limits.filter(([, { keepMs, keepBytes }]) => keepMs !== undefined || keepBytes !== undefined),
  );
}
