import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type FastifyInstance, fastify } from 'fastify';
import { guardRoutes } from './access/guard-routes.js';
import { refuseForeignCallers } from './access/listen-address.js';
import type { TlsContent } from './access/tls-files.js';
import { refuseConnection, refusePath } from './early-refusals.js';
import { addMonitorLooks } from './health/monitor-looks.js';
import { createErrorHandler } from './http-error.js';
import { refuseOtherRoutes } from './no-such-route.js';
import { logRequests } from './observing/access-log.js';
import { addMetricsRoute } from './observing/metrics-route.js';
import { traceRequests } from './observing/trace-requests.js';
import { addOpenApiRoute } from './openapi/routes.js';
import { parseJsonBody } from './parse-json.js';
import { PredictionListener } from './protocols/http/prediction-listener.js';
import { PREDICTION_ROUTES } from './protocols/http/prediction-routes.js';
import { addMlflowRoutes } from './protocols/mlflow-scoring.js';
import { addOpenInferenceRoutes } from './protocols/open-inference.js';
import { refuseHeaders } from './refused-headers.js';
import { collectRoutes } from './route-declaration.js';
import type { ServingDeps } from './serving-deps.js';
import { addSignalRoutes } from './signals/routes.js';
import { closeConnectionsWhenStopping } from './stop-server.js';
import { addToldRoutes } from './told/routes.js';

/** Largest request body where nothing else is said: 8 MiB. */
export const BODY_LIMIT_BYTES = 8 * 1024 * 1024;
/** What all bodies may take together where nothing else is said: 64 MiB. */
export const HELD_BYTES = 64 * 1024 * 1024;

/** Longer than load balancers keep an idle connection: it is for them to close it. */
const KEEP_ALIVE_MS = 72_000;

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
  const { host = '127.0.0.1', bodyLimitBytes = BODY_LIMIT_BYTES } = limits;
  const { maxHeldBytes = HELD_BYTES } = limits;
  const predictions = new PredictionListener(deps, { host, bodyLimitBytes, maxHeldBytes });
  const app: FastifyInstance = fastify({
    logger: false,
    serverFactory: (others) =>
      listener(limits, (request, response) => {
        if (!predictions.take(request, response)) others(request, response);
      }),
    ...schemeOf(limits),
    bodyLimit: bodyLimitBytes,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    frameworkErrors: refusePath,
    clientErrorHandler: refuseConnection,
    routerOptions: { maxParamLength: 256 },
  });
  // A form that a foreign page can send without asking must never be read as JSON.
  app.removeContentTypeParser(['text/plain', 'application/json']);
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, parseJsonBody);
  app.decorate('declaredRoutes', collectRoutes(app, PREDICTION_ROUTES));
  app.addHook('onRequest', refuseHeaders);
  app.addHook('onRequest', refuseForeignCallers(host));
  guardRoutes(app, deps.access);
  closeConnectionsWhenStopping(app, () => predictions.stop());
  traceRequests(app, deps.tracing);
  logRequests(app, deps.accessLog);
  app.setErrorHandler(createErrorHandler(deps.logger));
  refuseOtherRoutes(app);
  addOpenInferenceRoutes(app, deps);
  addOpenApiRoute(app, deps, app.declaredRoutes);
  addMonitorLooks(app, deps);
  addMetricsRoute(app, deps);
  addMlflowRoutes(app, deps);
  addToldRoutes(app, deps);
  app.register((scope) => addSignalRoutes(scope, { ...deps, ...deps.signals }));
  return app;
}

/** The server is that of the factory; from this its address has its scheme. */
function schemeOf({ tls }: ListenOptions): object {
  return tls ? { https: tls } : {};
}

/** Node's own server. What its timeouts are is looked at when it is made: given later, they are not. */
function listener(
  { requestTimeoutMs = 30_000, tls }: ListenOptions,
  onRequest: RequestListener,
): Server {
  const options = {
    requestTimeout: requestTimeoutMs,
    headersTimeout: Math.min(requestTimeoutMs, 10_000),
    connectionsCheckingInterval: Math.min(requestTimeoutMs, 5_000),
    keepAliveTimeout: KEEP_ALIVE_MS,
  };
  if (!tls) return createServer(options, onRequest);
  return createTlsServer({ ...options, ...tls, minVersion: 'TLSv1.2' }, onRequest);
}
