import { CancellationScope } from '@temporalio/workflow';

/** Longest that what follows the end of a run may take in all, and a step that runs `always`. */
export const FINISH_WITHIN_MS = 60 * 60_000;

/**
 * Does what a cancelled run still owes: a cancellation does not reach it, but it has an end.
 *
 * @throws the cancellation of its own bound
 */
export function finishing<Result>(work: () => Promise<Result>): Promise<Result> {
  return CancellationScope.nonCancellable(() =>
    CancellationScope.withTimeout(FINISH_WITHIN_MS, work),
  );
}
