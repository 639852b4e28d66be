import type { FastifyInstance } from 'fastify';
import { CONTENT_TYPE } from './exposition.js';
import type { ServingMetrics } from './serving-metrics.js';

/** `GET /metrics`: what was counted of requests for predictions. */
export function addMetricsRoute(
  app: FastifyInstance,
  { metrics }: { readonly metrics: Pick<ServingMetrics, 'render'> },
): void {
  const config = { access: 'read', summary: 'measures for Prometheus' } as const;
  app.get('/metrics', { config }, (_, reply) => reply.type(CONTENT_TYPE).send(metrics.render()));
}
