import { log, setHandler } from '@temporalio/workflow';
import { complaintOfRunCancel, type RunCancelRequest } from '../contracts/index.js';
import { cancelRunSignal } from './messages.js';

/**
 * Takes the signal that says who cancels a run and why; Temporal's own cancellation, which follows it,
 * carries neither. To be called before the first await.
 *
 * @returns what is said of a run that was cancelled
 */
export function receiveCancelReason(): () => string {
  let last: RunCancelRequest | null = null;
  setHandler(cancelRunSignal, (given: unknown) => {
    const complaint = complaintOfRunCancel(given);
    if (complaint === null) last = given as RunCancelRequest;
    else log.warn('who cancels the run is dropped', { complaint });
  });
  return () => {
    if (last === null) return 'the run was cancelled';
    const { actor, reason } = last;
    return `cancelled by ${actor}${reason === null ? '' : `: ${reason}`}`;
  };
}
