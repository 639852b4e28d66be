import { CancellationScope, log, setHandler } from '@temporalio/workflow';
import { complaintOfRunCancel, type RunCancelRequest } from '../contracts/index.js';
import { cancelRunSignal } from './messages.js';

/** Who cancelled this workflow, as far as it was told. */
export interface CancelReason {
  /** What is said of a run that was cancelled. */
  detail(): string;
  /**
   * What a part of it hears that is cancelled now.
   *
   * @param runId - of the run that this workflow is, or does a part of
   */
  passedOn(runId: string): RunCancelRequest;
}

/**
 * Takes the signal that says who cancels a run and why; Temporal's own cancellation, which follows it,
 * carries neither. To be called before the first await.
 */
export function receiveCancelReason(): CancelReason {
  const work = CancellationScope.current();
  let last: RunCancelRequest | null = null;
  setHandler(cancelRunSignal, (given: unknown) => {
    const complaint = complaintOfRunCancel(given);
    if (complaint === null) last = given as RunCancelRequest;
    else log.warn('who cancels the run is dropped', { complaint });
  });
  const detail = () => {
    if (last === null) return 'the run was cancelled';
    const { actor, reason } = last;
    return `cancelled by ${actor}${reason === null ? '' : `: ${reason}`}`;
  };
  return {
    detail,
    passedOn(runId) {
      // Of runs within runs the outermost is the one to look at.
      if (last?.actor.startsWith('run:')) return last;
      const reason = last !== null || work.consideredCancelled ? detail() : 'its step was ended';
      return { actor: `run:${runId}`, reason };
    },
  };
}
