import type { FastifyInstance } from 'fastify';
import { sees } from '../access/guard-routes.js';
import { notServed } from '../not-served.js';
import type { ServingDeps } from '../serving-deps.js';

/** How MLflow's deployments client sees a model. */
function endpointOf(model: string) {
  return {
    name: model,
    endpoint_type: 'model/scoring',
    model: { name: model, provider: 'millrace' },
    endpoint_url: `/endpoints/${model}/invocations`,
    limit: null,
  };
}

/**
 * The models as endpoints, by which `mlflow.deployments.get_deploy_client("http://…")` lists them; it
 * asks them at `/endpoints/NAME/invocations`.
 *
 * @see https://mlflow.org/docs/latest/api_reference/python_api/mlflow.deployments.html
 */
export function addMlflowEndpoints(app: FastifyInstance, { champions }: ServingDeps): void {
  const list = { access: 'any', summary: 'the models as endpoints of MLflow' } as const;
  for (const path of ['/api/2.0/endpoints', '/api/2.0/endpoints/']) {
    app.get(path, { config: list }, ({ caller }) => ({
      endpoints: champions
        .models()
        .filter((model) => sees(caller, model))
        .map(endpointOf),
    }));
  }
  const one = { access: 'any', summary: 'a model as an endpoint of MLflow' } as const;
  app.get<{ Params: { readonly model: string } }>(
    '/api/2.0/endpoints/:model',
    { config: one },
    ({ params: { model } }) => {
      if (!champions.isKnown(model)) throw notServed(model, champions.models());
      return endpointOf(model);
    },
  );
}
