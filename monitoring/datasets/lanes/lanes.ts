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
 * @throws MillraceError what a lane threw; the others are ended
 */
export async function runLanes(
  program: string,
  start: LaneStart,
  work: readonly NonNullable<LaneWork>[],
  take: (outcomes: readonly ColumnOutcome[]) => void,
  signal?: AbortSignal,
): Promise<void> {
  signal?.throwIfAborted();
  const waiting = [...work];
  const lanes = Math.min(availableParallelism(), MOST_LANES, work.length);
  const workers = Array.from({ length: lanes }, () => new Worker(program, { workerData: start }));
  const abort = new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  try {
    const ended = workers.map((worker) => serve(worker, waiting, take));
    await Promise.race([Promise.all(ended), abort]);
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/** Feeds one lane until nothing waits. */
function serve(
  worker: Worker,
  waiting: LaneWork[],
  take: (outcomes: readonly ColumnOutcome[]) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.on('error', reject);
    worker.on('exit', () => resolve());
    worker.on('message', (report: LaneReport) => {
      if (report.of === 'error') {
        reject(errorOf(report));
        return;
      }
      if (report.outcomes.length > 0) take(report.outcomes);
      const next: LaneWork = waiting.shift() ?? null;
      worker.postMessage(next);
    });
  });
}

function errorOf(report: LaneReport & { readonly of: 'error' }): Error {
  return new MillraceError(report.type ?? 'Internal', report.message, report.hint);
}
