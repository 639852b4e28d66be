import { openTracing, parseTraceparent, withTrace } from '../../telemetry/index.js';
import type { Cli } from '../command.js';
import { readVersion } from '../version.js';

/**
 * Does work within a span, which goes on with the trace that `TRACEPARENT` names and which what the
 * work starts belongs to; without a collector it is just done.
 *
 * @param name - of the span
 */
export async function traced<T>(
  { env }: Pick<Cli, 'env'>,
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  const tracing = await openTracing('millrace-cli', readVersion(), env);
  if (tracing === null) return work();
  const span = tracing.start({
    name,
    kind: 'producer',
    parent: parseTraceparent(env['TRACEPARENT']),
  });
  try {
    return await withTrace(span.context, work);
  } finally {
    span.end();
    await tracing.close();
  }
}
