import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  type Access,
  type Decision,
  isChanging,
  mayTouch,
  type Principal,
  type Refused,
  type RouteAccess,
} from '../../access/index.js';
import { errorBody } from '../http-error.js';
import { AccessDenied } from './access-denied.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls; `null` until they are let in. */
    caller: Principal | null;
  }
  interface FastifyContextConfig {
    /** It shows something of every model: a credential for some of them is not enough. */
    readonly showsAllModels?: true;
  }
}

/**
 * Asks the gate about every request before its body is read, and tells the audit log. A route that does
 * not say what it asks of its caller is for `admin` alone.
 */
export function guardRoutes(app: FastifyInstance, access: Access): void {
  app.decorateRequest('caller', null);
  app.addHook('onRequest', (request, reply, done) => {
    const settle = (decision: Decision): void => {
      const settled = narrow(request, decision);
      if (settled.admitted) {
        request.caller = settled.principal;
        done();
      } else {
        refuse(access, request, reply, settled);
      }
    };
    const decision = access.gate.admit({
      access: accessOf(request),
      model: modelOf(request),
      authorization: request.headers.authorization,
      address: request.ip,
    });
    if (decision instanceof Promise) decision.then(settle, done);
    else settle(decision);
  });
  app.addHook('onResponse', (request, reply, done) => {
    const { caller } = request;
    if (caller !== null && isChanging(accessOf(request)))
      auditChange(access, request, reply, caller);
    done();
  });
}

/**
 * For routes whose path does not name the model: to be called once the model is known.
 *
 * @throws AccessDenied 403 where the caller may not touch it
 */
export function requireModel({ caller }: FastifyRequest, model: string): void {
  if (caller === null || mayTouch(caller, model)) return;
  throw new AccessDenied(caller, `predict with model ${model}`);
}

/** A path that there is not tells nothing to whom we do not know. */
function accessOf(request: FastifyRequest): RouteAccess {
  if (request.is404) return 'any';
  return request.routeOptions.config.access ?? 'admin';
}

function narrow(request: FastifyRequest, decision: Decision): Decision {
  if (!decision.admitted || request.routeOptions.config.showsAllModels !== true) return decision;
  const { principal } = decision;
  if (principal.models === null) return decision;
  return {
    admitted: false,
    status: 403,
    message: `the ${principal.kind} ${principal.name} may not see what is of all models`,
    hint: 'use one that is not for some models alone',
    retryAfterSeconds: null,
    principal,
  };
}

function modelOf({ params }: FastifyRequest): string | null {
  const { model, name } = (params ?? {}) as { readonly model?: string; readonly name?: string };
  return model ?? name ?? null;
}

function refuse(
  { denials, gatewayId }: Access,
  request: FastifyRequest,
  reply: FastifyReply,
  { status, message, hint, retryAfterSeconds, principal }: Refused,
): void {
  denials.add({
    ...described(request, gatewayId, principal),
    outcome: 'denied',
    status,
    reason: message,
  });
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  if (retryAfterSeconds !== null) reply.header('retry-after', retryAfterSeconds);
  // What a refused client still sends is not read.
  if (request.headers['content-length'] !== undefined) reply.header('connection', 'close');
  reply.code(status).send(errorBody(message, hint));
}

function auditChange(
  { audit, denials, gatewayId }: Access,
  request: FastifyRequest,
  { statusCode: status }: FastifyReply,
  caller: Principal,
): void {
  const line = { ...described(request, gatewayId, caller), status };
  if (status === 401 || status === 403) denials.add({ ...line, outcome: 'denied' });
  else void audit.append({ ...line, outcome: status < 400 ? 'done' : 'failed' });
}

/** The path without its query, in which a client may have put a secret. */
function described(request: FastifyRequest, by: string, who: Principal | null) {
  const [path = ''] = request.url.split('?');
  return {
    at: new Date().toISOString(),
    by,
    who: who === null ? null : { kind: who.kind, id: who.id, name: who.name },
    from: request.ip,
    what: `${request.method} ${path}`,
    access: accessOf(request),
    model: modelOf(request),
  };
}
