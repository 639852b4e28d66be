import type { FastifyInstance } from 'fastify';
import { CONTENT_TYPE } from './exposition.js';

/** `GET /metrics`: what was counted of requests for predictions. */
export function addMetricsRoute(
  app: FastifyInstance,
  { exposition }: { readonly exposition: () => string | Promise<string> },
): void {
  const config = { access: 'read', summary: 'measures for Prometheus' } as const;
  app.get('/metrics', { config }, async (_, reply) =>
    reply.type(CONTENT_TYPE).send(await exposition()),
  );
}
