import { CancellationScope, log, setHandler } from '@temporalio/workflow';
import { complaintOfStopEarly } from '../contracts/index.js';
import { stopEarlySignal } from './messages.js';

/** What ends a run before its end, by the signal `stopEarly`. */
export interface EarlyStop {
  /** Does the work; once stopped it is cancelled. */
  during<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Why it was stopped; `null` where it was not. */
  reason(): string | null;
}

/** Takes the signal that ends a run early and says why. To be called before the first await. */
export function receiveStop(): EarlyStop {
  const scope = new CancellationScope();
  let reason: string | null = null;
  setHandler(stopEarlySignal, (given: unknown) => {
    const complaint = complaintOfStopEarly(given);
    if (complaint !== null) log.warn('a request to stop early is dropped', { complaint });
    else if (reason === null) {
      reason = String(given);
      scope.cancel();
    }
  });
  return { during: (work) => scope.run(work), reason: () => reason };
}
