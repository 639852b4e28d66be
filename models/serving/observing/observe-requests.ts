import type { FastifyInstance } from 'fastify';
import type { Champions } from '../champions.js';
import { CONTENT_TYPE } from './exposition.js';
import { RequestWatch } from './request-watch.js';
import type { ServingMetrics } from './serving-metrics.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Of a request for predictions; `null` of others. */
    watch: RequestWatch | null;
  }
}

export interface ObservingDeps {
  readonly metrics: ServingMetrics;
  readonly champions: Pick<Champions, 'isKnown'>;
}

/** Watches every request for predictions, and gives what was counted at `GET /metrics`. */
export function observeRequests(app: FastifyInstance, { metrics, champions }: ObservingDeps): void {
  app.decorateRequest('watch', null);
  app.addHook('onRequest', (request, _, done) => {
    const { predicts, body } = request.declared;
    if (predicts === true) {
      request.watch = new RequestWatch(body === 'invocation' ? 'mlflow' : 'open-inference');
      const { model } = request.params as { readonly model?: string };
      request.watch.model = model ?? null;
    }
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    const { watch } = request;
    if (watch !== null) {
      const isKnown = watch.model !== null && champions.isKnown(watch.model);
      metrics.finished(watch, String(reply.statusCode), isKnown);
    }
    done();
  });
  const config = { access: 'read', summary: 'measures for Prometheus' } as const;
  app.get('/metrics', { config }, (_, reply) => reply.type(CONTENT_TYPE).send(metrics.render()));
}
