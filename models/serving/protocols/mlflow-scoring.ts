import type { FastifyInstance } from 'fastify';
import type { Champions } from '../champions.js';
import type { ServingDeps } from '../serving-deps.js';
import { addMlflowEndpoints } from './mlflow-endpoints.js';

/**
 * What MLflow's scoring server answers beside `/invocations`.
 *
 * @see https://mlflow.org/docs/latest/ml/deployment/deploy-model-locally/
 */
export function addMlflowRoutes(app: FastifyInstance, deps: ServingDeps): void {
  for (const path of ['/ping', '/health']) {
    const config = { access: 'public', summary: 'whether every model answers' } as const;
    app.get(path, { config }, (_, reply) =>
      reply.code(deps.champions.isReady() ? 200 : 503).send(`${cutOffWords(deps.champions)}\n`),
    );
  }
  app.get(
    '/version',
    { config: { access: 'public', summary: 'the version of millrace' } },
    (_, reply) => reply.type('text/plain').send(deps.productVersion),
  );
  addMlflowEndpoints(app, deps);
}

/** Empty as MLflow's own, unless what is served may be old. */
function cutOffWords(champions: Pick<Champions, 'cutOff'>): string {
  const cutOff = champions.cutOff();
  return cutOff?.until === null
    ? `the registry cannot be read since ${cutOff.since}; the last state that was read is served`
    : '';
}
