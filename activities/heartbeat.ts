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
  const timer = setInterval(() => context.heartbeat(details), HEARTBEAT_INTERVAL_MS);
  try {
    return await work(context.cancellationSignal, (progress) => {
      details = progress;
      context.heartbeat(progress);
    });
  } finally {
    clearInterval(timer);
  }
}
