import type { FastifyReply, FastifyRequest } from 'fastify';
import { errorBody } from './http-error.js';

/** Node drops headers beyond its own bound without a word, and may drop the one that counts. */
const MAX_HEADERS = 200;

/**
 * What is said of a request with more headers than any client has use for; `null` of others.
 *
 * @param rawHeaders - names and values in turn
 */
export function headerFlood(rawHeaders: readonly string[]): string | null {
  const count = rawHeaders.length / 2;
  if (count <= MAX_HEADERS) return null;
  return `the request has ${count} headers, one may have ${MAX_HEADERS}`;
}

/** `onRequest` hook: refuses a request with more headers than any client has use for. */
export function refuseHeaderFloods(
  { raw: { rawHeaders } }: FastifyRequest,
  reply: FastifyReply,
  done: () => void,
): void {
  const flood = headerFlood(rawHeaders);
  if (flood === null) done();
  else reply.code(431).header('connection', 'close').send(errorBody(flood));
}
