import { type FastifyInstance, fastify } from 'fastify';
import type { ModelSignature } from '../../contracts/index.js';
import { createErrorHandler, errorBody } from './http-error.js';
import { acceptLabels } from './labels.js';
import { refuseForeignHosts } from './loopback-only.js';
import { addMlflowRoutes } from './protocols/mlflow-scoring.js';
import { addOpenInferenceRoutes } from './protocols/open-inference.js';
import type { ServingDeps } from './serving-deps.js';
import { closeConnectionsWhenStopping } from './stop-server.js';

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
  app.setErrorHandler(createErrorHandler(deps.logger));
  app.setNotFoundHandler((request, reply) =>
    reply
      .code(404)
      .send(errorBody(`there is no ${request.method} ${request.url}`, 'see GET /v2 and the docs')),
  );
  addOpenInferenceRoutes(app, deps);
  app.register((scope) => addMlflowRoutes(scope, deps));
  app.post('/labels', async ({ body }, reply) => {
    const signatureOf = (model: string) => outputSignature(deps, model);
    const { accepted, unknown } = await acceptLabels({ log: deps.log, signatureOf }, body);
    if (unknown.length === 0) return { accepted, unknown };
    const error = errorBody(
      `${unknown.length} of the ids were never given by a gateway that keeps its log here`,
      'send the prediction ids of the answers, or send these labels again where the model is served',
    );
    return reply.code(accepted === 0 ? 404 : 207).send({ accepted, unknown, ...error });
  });
  return app;
}

/** Of the champion, else of the newest version: a model that is no longer served still gets labels. */
async function outputSignature(deps: ServingDeps, model: string): Promise<ModelSignature | null> {
  const served = deps.champions.signature(model);
  if (served !== null) return served;
  return (await deps.registry.versions(model)).at(-1)?.content.signature ?? null;
}
