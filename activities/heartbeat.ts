import { Context } from '@temporalio/activity';
import type { StepWorkContext } from './step-work.js';

/** Well below the heartbeat timeout, so that one late beat is not taken for a death. */
const HEARTBEAT_INTERVAL_MS = 2_000;

/** Runs work with heartbeats, so that its death is noticed and a cancellation reaches it. */
export async function beating<Result>(
  work: (signal: AbortSignal, report: StepWorkContext['report']) => Promise<Result>,
): Promise<Result> {
  const context = Context.current();
  let details: unknown = null;
  const beat = (): void => {
    // A local activity has no heartbeat: each would be a warning in the log.
    if (!context.info.isLocal) context.heartbeat(details);
  };
  const timer = setInterval(beat, HEARTBEAT_INTERVAL_MS);
  try {
    return await work(context.cancellationSignal, (progress) => {
      details = progress;
      beat();
    });
  } finally {
    clearInterval(timer);
  }
}
