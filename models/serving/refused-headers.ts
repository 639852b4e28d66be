import type { FastifyReply, FastifyRequest } from 'fastify';
import { errorBody } from './http-error.js';

/** Node drops headers beyond its own bound without a word, and may drop the one that counts. */
const MAX_HEADERS = 200;

/** Why headers are not read any further. */
export interface HeaderRefusal {
  readonly status: 400 | 431;
  readonly message: string;
}

/**
 * What is said of headers that no client of good faith sends; `null` of others.
 *
 * @param rawHeaders - names and values in turn
 */
export function refusalOfHeaders(rawHeaders: readonly string[]): HeaderRefusal | null {
  const count = rawHeaders.length / 2;
  if (count > MAX_HEADERS) {
    return {
      status: 431,
      message: `the request has ${count} headers, one may have ${MAX_HEADERS}`,
    };
  }
  const hosts = countHosts(rawHeaders);
  if (hosts < 2) return null;
  return {
    status: 400,
    message: `the request has ${hosts} Host headers, one has one (RFC 9112, 3.2)`,
  };
}

/** `onRequest` hook of {@link refusalOfHeaders}. */
export function refuseHeaders(
  { raw: { rawHeaders } }: FastifyRequest,
  reply: FastifyReply,
  done: () => void,
): void {
  const refusal = refusalOfHeaders(rawHeaders);
  if (refusal === null) done();
  else reply.code(refusal.status).header('connection', 'close').send(errorBody(refusal.message));
}

/**
 * Node keeps the first and says nothing of others, of which a proxy before the gateway may have read
 * another. Few names have four letters, so this takes some 30 ns of a request.
 */
function countHosts(rawHeaders: readonly string[]): number {
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  return hosts;
}
