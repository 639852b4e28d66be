import { type FastifyInstance, fastify } from 'fastify';
import { meterRequests } from './health/meter-requests.js';
import { addMonitorLooks } from './health/monitor-looks.js';
import { createErrorHandler, errorBody } from './http-error.js';
import { refuseForeignHosts } from './loopback-only.js';
import { addMlflowRoutes } from './protocols/mlflow-scoring.js';
import { addOpenInferenceRoutes } from './protocols/open-inference.js';
import type { ServingDeps } from './serving-deps.js';
import { addSignalRoutes } from './signals/routes.js';
import { closeConnectionsWhenStopping } from './stop-server.js';
import { addToldRoutes } from './told/routes.js';

export interface ServerLimits {
  /** Largest request body in bytes; 8 MiB by default. */
  readonly bodyLimitBytes?: number;
  /** Longest time in which a whole request must have arrived; 30 s by default. */
  readonly requestTimeoutMs?: number;
}

/** The gateway's HTTP server, not listening yet. */
export function buildServer(deps: ServingDeps, limits: ServerLimits = {}): FastifyInstance {
  const requestTimeoutMs = limits.requestTimeoutMs ?? 30_000;
  const app = fastify({
    logger: false,
    bodyLimit: limits.bodyLimitBytes ?? 8 * 1024 * 1024,
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
  app.removeContentTypeParser('text/plain');
  app.addHook('onRequest', refuseForeignHosts);
  closeConnectionsWhenStopping(app);
  meterRequests(app, deps.traffic, deps.champions);
  app.setErrorHandler(createErrorHandler(deps.logger));
  app.setNotFoundHandler((request, reply) =>
    reply
      .code(404)
      .send(errorBody(`there is no ${request.method} ${request.url}`, 'see GET /v2 and the docs')),
  );
  addOpenInferenceRoutes(app, deps);
  addMonitorLooks(app, deps);
  app.register((scope) => addMlflowRoutes(scope, deps));
  addToldRoutes(app, deps);
  app.register((scope) => addSignalRoutes(scope, { ...deps, ...deps.signals }));
  return app;
}
