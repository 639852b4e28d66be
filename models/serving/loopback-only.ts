import type { FastifyReply, FastifyRequest } from 'fastify';
import { MillraceError } from '../../contracts/index.js';
import { errorBody } from './http-error.js';

const LOOPBACK = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\]|::1)$/;

/**
 * @throws MillraceError `InvalidInput` for an address that other machines can reach: whoever
 * reaches the gateway may ask it anything
 */
export function requireLoopback(host: string): void {
  if (LOOPBACK.test(host)) return;
  throw new MillraceError(
    'InvalidInput',
    `the gateway does not listen on ${host}: it has no authentication yet, so it serves this machine only`,
    'use 127.0.0.1 and put a proxy that authenticates in front of it',
  );
}

/**
 * Refuses requests that a web page made: by a host name that was pointed at this machine (DNS
 * rebinding), or from another origin.
 */
export async function refuseForeignHosts(
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply | undefined> {
  const { host, origin } = request.headers;
  if (host === undefined || !LOOPBACK.test(withoutPort(host))) {
    return reply
      .code(421)
      .send(
        errorBody(
          `the Host header names ${host ?? 'nothing'}, not this machine`,
          'ask for 127.0.0.1',
        ),
      );
  }
  if (origin !== undefined && !LOOPBACK.test(withoutPort(origin.replace(/^https?:\/\//, '')))) {
    return reply.code(403).send(errorBody(`requests from the origin ${origin} are refused`));
  }
  return undefined;
}

function withoutPort(host: string): string {
  return host.replace(/:\d+$/, '');
}
