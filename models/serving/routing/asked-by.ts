import type { IncomingHttpHeaders } from 'node:http';
import type { RequestWatch } from '../observing/request-watch.js';
import type { ServingMetrics } from '../observing/serving-metrics.js';
import type { Asked } from '../serving-deps.js';
import { routeKey } from './route-key.js';

/**
 * How a request is assigned to an arm, and where it is noted which version answers it.
 *
 * @param headers - of HTTP, or what stands for them
 * @param body - what it says, in one of the forms of JSON
 */
export function askedBy(
  watch: RequestWatch,
  headers: IncomingHttpHeaders,
  metrics: Pick<ServingMetrics, 'acquired'>,
  body: () => unknown,
): Pick<Asked, 'routeKey' | 'onAnswering'> {
  return {
    routeKey: (route) => routeKey(route, headers, body()),
    onAnswering: ({ served, route }) => {
      watch.acquired(served.model, served.version, route !== null);
      metrics.acquired(watch);
    },
  };
}
