import { defaultPayloadConverter } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { TRACE_HEADER } from '../contracts/index.js';
import { parseTraceparent, type Tracing, withTrace } from '../telemetry/index.js';

/**
 * A span of each activity whose workflow was started or signalled within a trace; what the activity
 * itself starts or signals goes on with it.
 */
export function traceActivities(tracing: Tracing): ActivityInterceptorsFactory {
  return ({ info }) => ({
    inbound: {
      async execute(input, next) {
        const payload = input.headers[TRACE_HEADER];
        const parent = parseTraceparent(
          payload === undefined ? null : defaultPayloadConverter.fromPayload(payload),
        );
        if (parent === null) return next(input);
        const span = tracing.start({
          name: `activity ${info.activityType}`,
          kind: 'consumer',
          parent,
          attributes: {
            'millrace.workflow': info.workflowExecution?.workflowId ?? '',
            'millrace.attempt': info.attempt,
          },
        });
        try {
          const result = await withTrace(span.context, () => next(input));
          span.end();
          return result;
        } catch (error) {
          span.end(undefined, error instanceof Error ? error.message : String(error));
          throw error;
        }
      },
    },
  });
}
