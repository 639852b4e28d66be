import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatDurationMs, WORKFLOW } from '../../contracts/index.js';
import type { HomeLayout } from '../../storage/home/layout.js';
import { lastUsedMs } from './stack-file.js';

const OPEN_RUNS = `WorkflowType = '${WORKFLOW.runPipeline}' AND ExecutionStatus = 'Running'`;

/** How long a stack that a command started waits for more to do, unless `MILLRACE_IDLE_MS` says. */
export const DEFAULT_IDLE_MS = 600_000;

/**
 * Waits until nobody has used the stack for a while: no command, no prediction or label, no open
 * run. Predictions are seen by the log that the gateway writes before each answer.
 *
 * @param openRuns - how many runs are open now; rejects when the server does not say
 * @returns why it is time to end, in words; never when aborted
 */
export async function untilIdle(
  home: HomeLayout,
  idleMs: number,
  openRuns: () => Promise<number>,
  signal: AbortSignal,
): Promise<string> {
  let busyAtMs = Date.now();
  for (;;) {
    const quietMs = Date.now() - busyAtMs;
    await sleep(Math.max(20, idleMs - quietMs), undefined, { signal });
    busyAtMs = Math.max(busyAtMs, lastUsedMs(home), newestChangeMs(home.predictionsDir));
    if (Date.now() - busyAtMs < idleMs) continue;
    // A server that does not answer is being started again: that is no idleness.
    const open = await openRuns().catch(() => 1);
    if (open === 0) return `nothing was asked of it for ${formatDurationMs(idleMs)}`;
    busyAtMs = Date.now();
  }
}

export function openRunsQuery(): string {
  return OPEN_RUNS;
}

function newestChangeMs(directory: string): number {
  let newest = 0;
  try {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      const path = join(directory, entry.name);
      const changed = entry.isDirectory() ? newestChangeMs(path) : statSync(path).mtimeMs;
      newest = Math.max(newest, changed);
    }
  } catch {
    // Removed while it was read, or never made: nothing was predicted there.
  }
  return newest;
}
