import type { FastifyRequest } from 'fastify';
import type { RouteAccess } from '../../access/index.js';

/** What a request's route asks of its caller. A path that there is not tells nothing to strangers. */
export function accessOf(request: FastifyRequest): RouteAccess {
  if (request.is404) return 'any';
  return request.declared.access ?? 'admin';
}

/** The model that a request's path names. */
export function modelOf({ params }: FastifyRequest): string | null {
  const { model, name } = (params ?? {}) as { readonly model?: string; readonly name?: string };
  return model ?? name ?? null;
}
