import type { FastifyRequest } from 'fastify';
import type { ServingMetrics } from '../observing/serving-metrics.js';
import type { Asked } from '../serving-deps.js';
import { routeKey } from './route-key.js';

/**
 * How an HTTP request is assigned to an arm, and where it is noted which one answers it.
 *
 * @param body - what it says, where its body is not that as it came
 */
export function askedBy(
  request: FastifyRequest,
  metrics: Pick<ServingMetrics, 'acquired'>,
  body: () => unknown = () => request.body,
): Pick<Asked, 'routeKey' | 'onAnswering'> {
  return {
    routeKey: (route) => routeKey(route, request.headers, body()),
    onAnswering: ({ served, route }) => {
      if (route !== null) request.arm = served.version;
      if (request.watch === null) return;
      request.watch.acquired(served.model, served.version);
      metrics.acquired(request.watch);
    },
  };
}
