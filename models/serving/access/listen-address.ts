import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { MillraceError } from '../../../contracts/index.js';
import { isLoopback } from '../../access/loopback.js';
import { errorBody } from '../http-error.js';

/** `auto`: callers are asked who they are unless only this machine can call. */
export const AUTH_MODES = ['auto', 'required', 'off'] as const;
export type AuthMode = (typeof AUTH_MODES)[number];

/**
 * Whether a gateway that listens there asks its callers who they are.
 *
 * @throws MillraceError `InvalidInput` where other machines could reach one that does not ask: whoever
 * reaches it may ask it anything
 */
export function asksCallers(host: string, mode: AuthMode): boolean {
  if (mode === 'required') return true;
  if (isLoopback(host)) return false;
  if (mode === 'auto') return true;
  throw new MillraceError(
    'InvalidInput',
    `the gateway does not listen on ${host} without authentication: other machines could ask it anything`,
    'leave --auth off away, or listen on 127.0.0.1',
  );
}

/**
 * @param hasWayIn - whether there is a key in force or a trusted issuer
 * @throws MillraceError `InvalidInput` for an address that other machines reach, where nobody could be
 * told from anybody else
 */
export function requireWayIn(host: string, hasWayIn: boolean): void {
  if (isLoopback(host) || hasWayIn) return;
  throw new MillraceError(
    'InvalidInput',
    `the gateway does not listen on ${host}: it has no authentication, neither a key nor a trusted issuer`,
    'make a key first: millrace keys create --name NAME --scope predict; or listen on 127.0.0.1',
  );
}

/** Why a request is not for this server. */
export interface Foreign {
  /** 421: it was meant for another host; 403: it is of a page of another origin. */
  readonly status: 403 | 421;
  readonly message: string;
  readonly hint?: string;
}

/**
 * Finds requests that a web page made: by a host name that was pointed at this machine (DNS rebinding),
 * or from another origin. On other addresses a name says nothing, and credentials that no browser adds
 * by itself are asked for; there an origin must be the server's own.
 */
export function foreignCallers(
  listeningOn: string,
): (headers: IncomingHttpHeaders) => Foreign | null {
  if (!isLoopback(listeningOn)) {
    return ({ host, origin }) =>
      origin === undefined || withoutScheme(origin) === host ? null : foreignOrigin(origin);
  }
  // Nearly all requests name the host that the one before named.
  let known: string | undefined;
  return ({ host, origin }) => {
    if (host === undefined || (host !== known && !isLoopback(withoutPort(host)))) {
      const message = `the Host header names ${host ?? 'nothing'}, not this machine`;
      return { status: 421, message, hint: 'ask for 127.0.0.1' };
    }
    known = host;
    const isOwn = origin === undefined || isLoopback(withoutPort(withoutScheme(origin)));
    return isOwn ? null : foreignOrigin(origin);
  };
}

/** {@link foreignCallers} as an `onRequest` hook. */
export function refuseForeignCallers(listeningOn: string) {
  const find = foreignCallers(listeningOn);
  return ({ headers }: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    const foreign = find(headers);
    if (foreign === null) done();
    else reply.code(foreign.status).send(errorBody(foreign.message, foreign.hint));
  };
}

function foreignOrigin(origin: string): Foreign {
  return { status: 403, message: `requests from the origin ${origin} are refused` };
}

function withoutPort(host: string): string {
  return host.replace(/:\d+$/, '');
}

function withoutScheme(origin: string): string {
  return origin.replace(/^https?:\/\//, '');
}
