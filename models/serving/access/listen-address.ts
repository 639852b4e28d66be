import type { FastifyReply, FastifyRequest } from 'fastify';
import { MillraceError } from '../../../contracts/index.js';
import { errorBody } from '../http-error.js';

const LOOPBACK = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\]|::1)$/;

/** `auto`: callers are asked who they are unless only this machine can call. */
export const AUTH_MODES = ['auto', 'required', 'off'] as const;
export type AuthMode = (typeof AUTH_MODES)[number];

export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

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

/**
 * Refuses requests that a web page made: by a host name that was pointed at this machine (DNS
 * rebinding), or from another origin. On other addresses a name says nothing, and credentials that no
 * browser adds by itself are asked for; there an origin must be the server's own.
 */
export function refuseForeignHosts(host: string) {
  return isLoopback(host) ? refuseFromElsewhere : refuseOtherOrigins;
}

function refuseFromElsewhere(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  const { host, origin } = request.headers;
  if (host === undefined || !isLoopback(withoutPort(host))) {
    const what = `the Host header names ${host ?? 'nothing'}, not this machine`;
    reply.code(421).send(errorBody(what, 'ask for 127.0.0.1'));
    return;
  }
  if (origin === undefined || isLoopback(withoutPort(withoutScheme(origin)))) done();
  else refuseOrigin(reply, origin);
}

function refuseOtherOrigins(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  const { host, origin } = request.headers;
  if (origin === undefined || withoutScheme(origin) === host) done();
  else refuseOrigin(reply, origin);
}

function refuseOrigin(reply: FastifyReply, origin: string): void {
  reply.code(403).send(errorBody(`requests from the origin ${origin} are refused`));
}

function withoutPort(host: string): string {
  return host.replace(/:\d+$/, '');
}

function withoutScheme(origin: string): string {
  return origin.replace(/^https?:\/\//, '');
}
