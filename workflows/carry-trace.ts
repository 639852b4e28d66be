import type { WorkflowInterceptors } from '@temporalio/workflow';
import { TRACE_HEADER } from '../contracts/index.js';

type Headers = Readonly<Record<string, unknown>>;

/**
 * Carries the trace that a workflow was started within to all that it starts; one that came with a
 * signal takes its place, since what follows is done for the signal.
 */
export const interceptors = (): WorkflowInterceptors => {
  let carried: unknown;
  const note = (headers: Headers): void => {
    carried = headers[TRACE_HEADER] ?? carried;
  };
  const traced = <Input extends { readonly headers: object }>(input: Input): Input =>
    carried === undefined
      ? input
      : { ...input, headers: { ...input.headers, [TRACE_HEADER]: carried } };
  return {
    inbound: [
      {
        execute(input, next) {
          note(input.headers);
          return next(input);
        },
        handleSignal(input, next) {
          note(input.headers);
          return next(input);
        },
      },
    ],
    outbound: [
      {
        scheduleActivity: (input, next) => next(traced(input)),
        scheduleLocalActivity: (input, next) => next(traced(input)),
        startChildWorkflowExecution: (input, next) => next(traced(input)),
        signalWorkflow: (input, next) => next(traced(input)),
        continueAsNew: (input, next) => next(traced(input)),
      },
    ],
  };
};
