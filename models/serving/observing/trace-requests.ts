import type { FastifyInstance, FastifyReply } from 'fastify';
import {
  parseTraceparent,
  type Span,
  TRACEPARENT,
  type Tracing,
} from '../../../telemetry/index.js';
import type { RequestWatch } from './request-watch.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** `null` where no traces are asked for, and of probes. */
    span: Span | null;
  }
}

/** A span of each request but those of probes; requests for predictions have their own. */
export function traceRequests(app: FastifyInstance, tracing: Tracing | null): void {
  app.decorateRequest('span', null);
  if (tracing === null) return;
  app.addHook('onRequest', (request, _, done) => {
    const { config, url } = request.routeOptions;
    if (config.access !== 'public' && url !== '/metrics') {
      request.span = tracing.start({
        name: `${request.method} ${url ?? 'unknown route'}`,
        kind: 'server',
        parent: parseTraceparent(request.headers[TRACEPARENT]),
        attributes: {
          'http.request.method': request.method,
          ...(url !== undefined && { 'http.route': url }),
        },
      });
    }
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    if (request.span !== null) endSpan(reply, request.span);
    done();
  });
}

function endSpan({ statusCode }: FastifyReply, span: Span): void {
  span.set({ 'http.response.status_code': statusCode });
  span.end(undefined, statusCode >= 500 ? `status ${statusCode}` : undefined);
}

/** Which version answered, and what it took: for a request by any protocol. */
export function addParts(tracing: Tracing, watch: RequestWatch, span: Span): void {
  const { model, version, rows } = watch;
  span.set({
    ...(model !== null && { 'millrace.model': model }),
    ...(version !== null && { 'millrace.version': version }),
    ...(rows > 0 && { 'millrace.rows': rows }),
  });
  for (const { stage, fromMs, toMs } of watch.stages()) {
    tracing
      .start({ name: stage, parent: span.context, startMs: performance.timeOrigin + fromMs })
      .end(performance.timeOrigin + toMs);
  }
}
