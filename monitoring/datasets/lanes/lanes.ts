import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { MillraceError } from '../../../contracts/index.js';
import type { ColumnOutcome } from '../compare-settings.js';
import type { LaneReport, LaneStart, LaneWork } from './lane-messages.js';

/** Where the lane's program lies, seen from this module and from the bundles that hold it. */
const PROGRAMS = [
  './lane-main.js',
  '../monitoring/datasets/lanes/lane-main.js',
  './monitoring/datasets/lanes/lane-main.js',
];
/** A lane needs the buffers of its columns: more of them than this gain little and cost memory. */
const MOST_LANES = 4;

/** The compiled program of a lane, or `null` where the sources run as they are. */
export function laneProgram(): string | null {
  const paths = PROGRAMS.map((path) => fileURLToPath(new URL(path, import.meta.url)));
  return paths.find((path) => existsSync(path)) ?? null;
}

/**
 * Has work done by threads of their own, each taking the next piece when it is ready for one.
 *
 * @param take - is given what came of each piece, in the order in which they end
 * @throws MillraceError what a lane threw, once the others have ended; the signal's reason
 */
export async function runLanes(
  program: string,
  start: LaneStart,
  work: readonly NonNullable<LaneWork>[],
  take: (outcomes: readonly ColumnOutcome[]) => void,
  signal?: AbortSignal,
): Promise<void> {
  signal?.throwIfAborted();
  const queue = new LaneQueue(work, take);
  const stop = () => queue.stop();
  signal?.addEventListener('abort', stop, { once: true });
  const lanes = Math.min(availableParallelism(), MOST_LANES, work.length);
  const workers = Array.from({ length: lanes }, () => new Worker(program, { workerData: start }));
  try {
    await Promise.all(workers.map((worker) => queue.serve(worker)));
  } finally {
    signal?.removeEventListener('abort', stop);
  }
  signal?.throwIfAborted();
  if (queue.error !== null) throw queue.error;
}

/** Work that waits for a lane. A lane is never ended from outside: its queries run in native threads. */
class LaneQueue {
  /** Of the first lane that failed. */
  error: Error | null = null;
  readonly #waiting: NonNullable<LaneWork>[];

  constructor(
    work: readonly NonNullable<LaneWork>[],
    private readonly take: (outcomes: readonly ColumnOutcome[]) => void,
  ) {
    this.#waiting = [...work];
  }

  /** Lanes end after what they are at. */
  stop(): void {
    this.#waiting.length = 0;
  }

  /** Feeds one lane until it ends, which it does when nothing waits. */
  serve(worker: Worker): Promise<void> {
    return new Promise((resolve) => {
      worker.on('error', (error) => this.#fail(error));
      worker.on('exit', () => resolve());
      worker.on('message', (report: LaneReport) => {
        if (report.of === 'error') {
          this.#fail(errorOf(report));
          return;
        }
        if (report.outcomes.length > 0) this.take(report.outcomes);
        const next: LaneWork = this.#waiting.shift() ?? null;
        worker.postMessage(next);
      });
    });
  }

  #fail(error: Error): void {
    this.error ??= error;
    this.stop();
  }
}

function errorOf(report: LaneReport & { readonly of: 'error' }): Error {
  return new MillraceError(report.type ?? 'Internal', report.message, report.hint);
}
