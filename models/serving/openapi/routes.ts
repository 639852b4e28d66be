import type { FastifyInstance } from 'fastify';
import { sees } from '../access/guard-routes.js';
import type { DeclaredRoute } from '../route-declaration.js';
import type { ServingDeps } from '../serving-deps.js';
import { openApiDocument } from './document.js';

/** `GET /openapi.json`: the routes of this gateway and the models that it serves now. */
export function addOpenApiRoute(
  app: FastifyInstance,
  { champions, productVersion }: Pick<ServingDeps, 'champions' | 'productVersion'>,
  routes: readonly DeclaredRoute[],
): void {
  const config = { access: 'any', summary: 'this document' } as const;
  app.get('/openapi.json', { config }, ({ caller }) => {
    const models = champions.models().flatMap((model) => {
      const signature = sees(caller, model) ? champions.signature(model) : null;
      return signature === null ? [] : [{ model, signature }];
    });
    return openApiDocument(routes, models, productVersion);
  });
}
