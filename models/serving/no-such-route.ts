import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { errorBody } from './http-error.js';
import type { DeclaredRoute } from './route-declaration.js';

/** Answers what no route takes: 405 with what the path takes where there is such a path, else 404. */
export function refuseOtherRoutes(app: FastifyInstance): void {
  let methodsOf: ((path: string) => readonly string[]) | null = null;
  app.setNotFoundHandler((request: FastifyRequest, reply: FastifyReply) => {
    // Not before the first: routes are added until the server listens.
    methodsOf ??= methodsByPath(app.declaredRoutes);
    const { method, url } = request;
    const [path = ''] = url.split('?', 1);
    const allowed = methodsOf(path);
    if (allowed.length === 0) {
      const what = errorBody(`there is no ${method} ${url}`, 'see GET /v2 and the docs');
      return reply.code(404).send(what);
    }
    const what = errorBody(`${path} does not take ${method}`, `it takes ${allowed.join(', ')}`);
    return reply.code(405).header('allow', allowed.join(', ')).send(what);
  });
}

/**
 * Which methods a path takes, by the routes that fit it.
 *
 * @example methodsByPath(routes)('/v2/models/coffee'); // ['GET', 'HEAD']
 */
export function methodsByPath(
  routes: readonly Pick<DeclaredRoute, 'method' | 'path'>[],
): (path: string) => readonly string[] {
  const patterns = routes.map(({ method, path }) => ({
    method,
    fits: new RegExp(`^${path.replaceAll(/:\w+/g, '[^/?#]+')}$`),
  }));
  return (path) => [
    ...new Set(patterns.filter(({ fits }) => fits.test(path)).map(({ method }) => method)),
  ];
}
