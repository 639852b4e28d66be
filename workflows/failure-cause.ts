import { ActivityFailure, ApplicationFailure, ChildWorkflowFailure } from '@temporalio/workflow';

/** Type and message of what really went wrong, below Temporal's wrappers. */
export function causeOf(error: unknown): { readonly type: string; readonly message: string } {
  let cause = error;
  while (
    (cause instanceof ActivityFailure || cause instanceof ChildWorkflowFailure) &&
    cause.cause !== undefined
  ) {
    cause = cause.cause;
  }
  return {
    type: cause instanceof ApplicationFailure ? (cause.type ?? 'Internal') : 'Internal',
    message: cause instanceof Error ? cause.message : String(cause),
  };
}
