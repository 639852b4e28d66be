import { type FastifyInstance, fastify } from 'fastify';
import { guardRoutes } from './access/guard-routes.js';
import { refuseForeignHosts } from './access/listen-address.js';
import type { TlsContent } from './access/tls-files.js';
import { refuseHeaderFloods } from './header-flood.js';
import { meterRequests } from './health/meter-requests.js';
import { addMonitorLooks } from './health/monitor-looks.js';
import { holdBodies } from './hold-bodies.js';
import { createErrorHandler, errorBody } from './http-error.js';
import { logRequests } from './observing/access-log.js';
import { observeRequests } from './observing/observe-requests.js';
import { traceRequests } from './observing/trace-requests.js';
import { addOpenApiRoute } from './openapi/routes.js';
import { parseJsonBody } from './parse-json.js';
import { addMlflowRoutes } from './protocols/mlflow-scoring.js';
import { addOpenInferenceRoutes } from './protocols/open-inference.js';
import { collectRoutes } from './route-declaration.js';
import type { ServingDeps } from './serving-deps.js';
import { addSignalRoutes } from './signals/routes.js';
import { closeConnectionsWhenStopping } from './stop-server.js';
import { addToldRoutes } from './told/routes.js';

/** Largest request body where nothing else is said: 8 MiB. */
export const BODY_LIMIT_BYTES = 8 * 1024 * 1024;

export interface ServerLimits {
  /** Largest request body in bytes; 8 MiB by default. */
  readonly bodyLimitBytes?: number;
  /** What the bodies of all requests that are being answered may take together; 64 MiB by default. */
  readonly maxHeldBytes?: number;
  /** Longest time in which a whole request must have arrived; 30 s by default. */
  readonly requestTimeoutMs?: number;
}

/** Where it is going to listen. */
export interface ListenOptions extends ServerLimits {
  /** 127.0.0.1 by default. */
  readonly host?: string;
  /** `null`, or absent: HTTP without TLS. */
  readonly tls?: TlsContent | null;
}

/** The gateway's HTTP server, not listening yet. */
export function buildServer(deps: ServingDeps, limits: ListenOptions = {}): FastifyInstance {
  const requestTimeoutMs = limits.requestTimeoutMs ?? 30_000;
  const { host = '127.0.0.1', tls } = limits;
  const app: FastifyInstance = fastify({
    logger: false,
    ...(tls && { https: { ...tls, minVersion: 'TLSv1.2' } }),
    bodyLimit: limits.bodyLimitBytes ?? BODY_LIMIT_BYTES,
    requestTimeout: requestTimeoutMs,
    http: {
      // Node sets its timers up when it makes the server: given later, they are not looked at.
      requestTimeout: requestTimeoutMs,
      headersTimeout: Math.min(requestTimeoutMs, 10_000),
      connectionsCheckingInterval: Math.min(requestTimeoutMs, 5_000),
    },
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 256 },
  });
  // A form that a foreign page can send without asking must never be read as JSON.
  app.removeContentTypeParser(['text/plain', 'application/json']);
  app.addContentTypeParser('application/json', { parseAs: 'string' }, parseJsonBody);
  app.decorate('declaredRoutes', collectRoutes(app));
  app.addHook('onRequest', refuseHeaderFloods);
  app.addHook('onRequest', refuseForeignHosts(host));
  guardRoutes(app, deps.access);
  holdBodies(app, limits.maxHeldBytes ?? 64 * 1024 * 1024);
  closeConnectionsWhenStopping(app);
  meterRequests(app, deps.traffic, deps.champions);
  observeRequests(app, deps);
  traceRequests(app, deps.tracing);
  logRequests(app, deps.accessLog);
  app.setErrorHandler(createErrorHandler(deps.logger));
  app.setNotFoundHandler((request, reply) =>
    reply
      .code(404)
      .send(errorBody(`there is no ${request.method} ${request.url}`, 'see GET /v2 and the docs')),
  );
  addOpenInferenceRoutes(app, deps);
  addOpenApiRoute(app, deps, app.declaredRoutes);
  addMonitorLooks(app, deps);
  app.register((scope) => addMlflowRoutes(scope, deps));
  addToldRoutes(app, deps);
  app.register((scope) => addSignalRoutes(scope, { ...deps, ...deps.signals }));
  return app;
}
