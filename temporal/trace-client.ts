import type { Headers, WorkflowClientInterceptor } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { TRACE_HEADER } from '../contracts/index.js';
import { activeTrace, formatTraceparent } from '../telemetry/index.js';

/** Tells a workflow that is started or signalled of the trace that this belongs to, where there is one. */
export const traceWorkflowCalls: WorkflowClientInterceptor = {
  start: (input, next) => next({ ...input, headers: traced(input.headers) }),
  signal: (input, next) => next({ ...input, headers: traced(input.headers) }),
  signalWithStart: (input, next) => next({ ...input, headers: traced(input.headers) }),
};

function traced(headers: Headers): Headers {
  const trace = activeTrace();
  if (trace === null) return headers;
  const payload = defaultPayloadConverter.toPayload(formatTraceparent(trace));
  return payload === undefined ? headers : { ...headers, [TRACE_HEADER]: payload };
}
