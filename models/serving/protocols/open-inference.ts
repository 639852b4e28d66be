import type { FastifyInstance } from 'fastify';
import { sees } from '../access/guard-routes.js';
import type { Champions } from '../champions.js';
import { type ServingDeps, withVersion } from '../serving-deps.js';
import { modelMetadata } from './model-metadata.js';
import { MODEL_PATHS, type ModelRoute } from './model-routes.js';
import { repositoryIndex } from './repository-index.js';

/** What is spoken beside the protocol's core, by the names that Triton gave them. */
export const EXTENSIONS = ['binary_tensor_data', 'model_repository(index)'] as const;

/**
 * The Open Inference Protocol V2 but for its inference.
 *
 * @see https://github.com/kserve/open-inference-protocol
 */
export function addOpenInferenceRoutes(app: FastifyInstance, deps: ServingDeps): void {
  const { champions, productVersion: version } = deps;
  app.get(
    '/v2',
    { config: { access: 'public', summary: 'the server and its extensions' } },
    () => ({
      name: 'millrace',
      version,
      extensions: EXTENSIONS,
    }),
  );
  app.get(
    '/v2/health/live',
    { config: { access: 'public', summary: 'whether the gateway lives' } },
    () => ({ live: true }),
  );
  app.get(
    '/v2/health/ready',
    { config: { access: 'public', summary: 'whether every model has a version that answers' } },
    (_, reply) => {
      const ready = champions.isReady();
      return reply.code(ready ? 200 : 503).send({ ready, ...registryState(champions) });
    },
  );
  app.post(
    '/v2/repository/index',
    { config: { access: 'any', summary: 'the models and their versions' } },
    ({ caller }) => repositoryIndex(deps).filter(({ name }) => sees(caller, name)),
  );
  for (const path of MODEL_PATHS) addModelRoutes(app, deps, path);
}

/** A gateway that is cut off answers as before, and says that what it serves may be old. */
function registryState(champions: Pick<Champions, 'cutOff'>) {
  const cutOff = champions.cutOff();
  return cutOff?.until === null
    ? { registry: 'unreachable', cut_off_since: cutOff.since }
    : { registry: 'reachable' };
}

function addModelRoutes(app: FastifyInstance, deps: ServingDeps, path: string): void {
  app.get<ModelRoute>(
    path,
    { config: { access: 'any', summary: 'what a model takes and gives' } },
    ({ params: { model, version } }) =>
      withVersion(deps, { model, version }, async ({ served }) => {
        const versions = await knownVersions(deps, model, served.version);
        return modelMetadata(model, versions, served);
      }),
  );
  app.get<ModelRoute>(
    `${path}/ready`,
    { config: { access: 'any', summary: 'whether a model answers' } },
    ({ params: { model, version } }) =>
      withVersion(deps, { model, version }, async () => ({ name: model, ready: true })),
  );
}

/**
 * The version that answers, then the others that may be asked for by number, newest first. When the
 * registry cannot be read, only the one that is loaded.
 */
export async function knownVersions(
  { registry, logger }: Pick<ServingDeps, 'registry' | 'logger'>,
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
