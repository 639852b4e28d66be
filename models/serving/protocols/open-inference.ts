import type { FastifyInstance, FastifyReply } from 'fastify';
import { type Answer, answerRows } from '../answer-rows.js';
import { type ServingDeps, withVersion } from '../serving-deps.js';
import { readInferRequest } from './infer-request.js';
import { inferResponse, modelMetadata, requireOutputs } from './infer-response.js';

interface ModelRoute {
  readonly Params: { readonly model: string; readonly version?: string };
}

/** Both forms of each path: with a version, and without one for the champion. */
const MODEL_PATHS = ['/v2/models/:model', '/v2/models/:model/versions/:version'] as const;

/**
 * The Open Inference Protocol V2, JSON form.
 *
 * @see https://github.com/kserve/open-inference-protocol
 */
export function addOpenInferenceRoutes(app: FastifyInstance, deps: ServingDeps): void {
  app.get('/v2', () => ({ name: 'millrace', version: deps.productVersion, extensions: [] }));
  app.get('/v2/health/live', () => ({ live: true }));
  app.get('/v2/health/ready', (_, reply) => {
    const ready = deps.champions.isReady();
    return reply.code(ready ? 200 : 503).send({ ready });
  });
  for (const path of MODEL_PATHS) addModelRoutes(app, deps, path);
}

function addModelRoutes(app: FastifyInstance, deps: ServingDeps, path: string): void {
  app.get<ModelRoute>(path, ({ params: { model, version } }) =>
    withVersion(deps, model, version, async ({ served }) => {
      const versions = await knownVersions(deps, model, served.version);
      return modelMetadata(model, versions, served.signature);
    }),
  );

  app.get<ModelRoute>(`${path}/ready`, ({ params: { model, version } }) =>
    withVersion(deps, model, version, async () => ({ name: model, ready: true })),
  );

  app.post<ModelRoute>(
    `${path}/infer`,
    { config: { predicts: true } },
    ({ params: { model, version }, body }, reply) =>
      withVersion(deps, model, version, async (answering) => {
        const { served } = answering;
        const { id, rows, outputs } = readInferRequest(served.signature, body);
        requireOutputs(served.signature, outputs);
        const answer = await answerRows(deps, answering, rows, id);
        nameAnswer(reply, answer);
        return inferResponse(served.signature, answer, id, outputs);
      }),
  );
}

/**
 * Each answer says which version gave it and under which id labels come back; where a repair holds,
 * also which champion it stands in for and which inputs were filled in.
 */
export function nameAnswer(reply: FastifyReply, answer: Answer): void {
  const { version, uuid, fallbackFor, imputed } = answer;
  reply.header('x-millrace-version', version);
  reply.header('x-millrace-prediction-id', uuid);
  if (fallbackFor !== null) reply.header('x-millrace-fallback-for', fallbackFor);
  // A column may be called anything; a header may not hold everything.
  if (imputed.length > 0)
    reply.header('x-millrace-imputed', imputed.map(encodeURIComponent).join());
}

/**
 * The version that answers, then the others that may be asked for by number, newest first. When the
 * registry cannot be read, only the one that is loaded.
 */
async function knownVersions(
  { registry, logger }: ServingDeps,
  model: string,
  answering: number,
): Promise<readonly number[]> {
  try {
    const others = (await registry.versions(model)).map(({ version }) => version).reverse();
    return [answering, ...others.filter((version) => version !== answering)];
  } catch (error) {
    logger.warn({ err: error, model }, 'the versions of a model cannot be read');
    return [answering];
  }
}
