import type { FastifyInstance, FastifyRequest } from 'fastify';
import { MillraceError, type ModelSignature } from '../../../contracts/index.js';
import { requireModel } from '../access/guard-routes.js';
import { answerRows } from '../answer-rows.js';
import { decompressBody } from '../decompress-body.js';
import { askedBy } from '../routing/asked-by.js';
import { type ServingDeps, withVersion } from '../serving-deps.js';
import { outliersOf, repairsOf } from './infer-response.js';
import { type Invocation, readCsvInvocation, readInvocation } from './invocation-rows.js';
import { addMlflowEndpoints } from './mlflow-endpoints.js';
import { nameAnswer } from './name-answer.js';

/** The second is the gateway's own, the third that of MLflow's deployments client. */
const PATHS = [
  '/invocations',
  '/models/:model/invocations',
  '/endpoints/:model/invocations',
] as const;

/** Header that names the model where the path and the query do not. */
const MODEL_HEADER = 'x-millrace-model';

interface InvocationRoute {
  readonly Params: { readonly model?: string };
  readonly Querystring: { readonly model?: string };
}

/**
 * MLflow's scoring protocol: `/invocations` for the only served model or the one that `?model=` or
 * the header `x-millrace-model` names, and `/models/:model/invocations`.
 *
 * @see https://mlflow.org/docs/latest/ml/deployment/deploy-model-locally/
 */
export async function addMlflowRoutes(app: FastifyInstance, deps: ServingDeps): Promise<void> {
  app.addHook('preParsing', decompressBody);
  app.addContentTypeParser('text/csv', { parseAs: 'string' }, (_, body, done) => done(null, body));

  for (const path of ['/ping', '/health']) {
    const config = { access: 'public', summary: 'whether every model answers' } as const;
    app.get(path, { config }, (_, reply) =>
      reply.code(deps.champions.isReady() ? 200 : 503).send('\n'),
    );
  }
  app.get(
    '/version',
    { config: { access: 'public', summary: 'the version of millrace' } },
    (_, reply) => reply.type('text/plain').send(deps.productVersion),
  );

  addMlflowEndpoints(app, deps);
  for (const path of PATHS) {
    const config = {
      access: 'predict',
      summary: 'predict from rows',
      body: 'invocation',
      predicts: true,
    } as const;
    app.post<InvocationRoute>(path, { config }, (request, reply) => {
      const named = request.params.model ?? request.query.model ?? headerModel(request);
      const model = named ?? onlyModel(deps);
      request.predicts = model;
      if (request.watch !== null) request.watch.model = model;
      requireModel(request, model);
      return withVersion(deps, { model, ...askedBy(request, deps.metrics) }, async (answering) => {
        const { rows, params } = readRows(answering.served.signature, request.body);
        const answer = await answerRows(deps, answering, rows, undefined, request.watch);
        nameAnswer(reply, answer);
        const { predictions, probabilities, predictionIds } = answer;
        return {
          predictions,
          ...(probabilities !== undefined && { probabilities }),
          model_name: model,
          model_version: String(answer.version),
          prediction_ids: predictionIds,
          ...repairsOf(answer),
          ...outliersOf(answer),
          ...(params.length > 0 && { ignored_params: params }),
        };
      });
    });
  }
}

function readRows(signature: ModelSignature, body: unknown): Invocation {
  return typeof body === 'string'
    ? readCsvInvocation(signature, body)
    : readInvocation(signature, body);
}

function headerModel({ headers }: FastifyRequest): string | undefined {
  const value = headers[MODEL_HEADER];
  return Array.isArray(value) ? value[0] : value;
}

function onlyModel({ champions }: ServingDeps): string {
  const models = champions.models();
  const [only] = models;
  if (only !== undefined && models.length === 1) return only;
  if (models.length === 0) {
    throw new MillraceError(
      'ServiceUnavailable',
      'no model is served yet',
      'deploy a version, or try again when the gateway has started',
    );
  }
  throw new MillraceError(
    'InvalidInput',
    `more than one model is served: ${models.join(', ')}`,
    'name one as ?model=',
  );
}
