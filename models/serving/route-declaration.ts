import type { FastifyInstance } from 'fastify';
import type { RouteAccess } from '../access/scopes.js';

export type JsonSchema = { readonly [keyword: string]: unknown };

declare module 'fastify' {
  interface FastifyInstance {
    /** Every route of the server; whole once it listens. */
    readonly declaredRoutes: readonly DeclaredRoute[];
  }
  interface FastifyRequest {
    /** What its route declares: `routeOptions` is made anew each time that somebody looks at it. */
    declared: FastifyContextConfig;
  }
  interface FastifyContextConfig {
    /** What it asks of its caller; every route of the gateway says it. */
    readonly access?: RouteAccess;
    /** One line for the OpenAPI document. */
    readonly summary?: string;
    /** What the body holds: a schema, or a form that each model's signature says more of. */
    readonly body?: 'inference' | 'invocation' | (() => JsonSchema);
    /** What an answer other than an error means, by status; 200 by default. */
    readonly answers?: { readonly [status: number]: string };
  }
}

/** A route as it was declared. */
export interface DeclaredRoute {
  readonly method: string;
  /** As Fastify has it: `/v2/models/:model`. */
  readonly path: string;
  readonly access: RouteAccess | null;
  readonly summary: string | null;
  readonly body: 'inference' | 'invocation' | (() => JsonSchema) | null;
  readonly answers: { readonly [status: number]: string };
}

/**
 * Every route that is added after this call, in order: the list grows as routes are added.
 *
 * @param besides - routes that are answered before the app is asked
 */
export function collectRoutes(
  app: FastifyInstance,
  besides: readonly DeclaredRoute[],
): readonly DeclaredRoute[] {
  const routes: DeclaredRoute[] = [...besides];
  app.addHook('onRoute', ({ method, url, config }) => {
    const { access, summary, body, answers } = config ?? {};
    for (const one of [method].flat()) {
      routes.push({
        method: one,
        path: url,
        access: access ?? null,
        summary: summary ?? null,
        body: body ?? null,
        answers: answers ?? { 200: 'done' },
      });
    }
  });
  app.decorateRequest('declared');
  app.addHook('onRequest', (request, _, done) => {
    request.declared = request.routeOptions.config;
    done();
  });
  return routes;
}
