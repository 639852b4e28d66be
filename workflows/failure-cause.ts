import {
  ActivityFailure,
  ApplicationFailure,
  ChildWorkflowFailure,
  TimeoutFailure,
} from '@temporalio/workflow';
import type { FailureType } from '../contracts/index.js';

/** Type and message of what really went wrong, below Temporal's wrappers. */
export function causeOf(error: unknown): { readonly type: string; readonly message: string } {
  let cause = error;
  while (
    (cause instanceof ActivityFailure || cause instanceof ChildWorkflowFailure) &&
    cause.cause !== undefined
  ) {
    cause = cause.cause;
  }
  if (cause instanceof TimeoutFailure) return timedOut(cause);
  return {
    type: cause instanceof ApplicationFailure ? (cause.type ?? 'Internal') : 'Internal',
    message: cause instanceof Error ? cause.message : String(cause),
  };
}

/** Temporal names the clock that ran out; a person wants to know what was late and what to do. */
function timedOut({ timeoutType, message }: TimeoutFailure): {
  readonly type: FailureType;
  readonly message: string;
} {
  switch (timeoutType) {
    case 'START_TO_CLOSE':
      return {
        type: 'StepProcessFailed',
        message: 'an attempt took longer than its timeout and was ended; `timeout:` gives it more',
      };
    case 'SCHEDULE_TO_CLOSE':
      return {
        type: 'StepProcessFailed',
        message:
          'all its attempts took longer than its timeout in all; `timeout.total` gives them more',
      };
    case 'HEARTBEAT':
      return {
        type: 'ServiceUnavailable',
        message: 'its worker was not heard of any more: it was ended, or has too much to do',
      };
    default:
      return { type: 'Internal', message };
  }
}
