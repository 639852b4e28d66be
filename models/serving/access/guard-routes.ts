import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  type Access,
  type Decision,
  mayTouch,
  type Principal,
  type Refused,
} from '../../access/index.js';
import { errorBody } from '../http-error.js';
import { accessOf, modelOf } from './asked.js';
import { auditRequests } from './audit-requests.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls; `null` until they are let in. */
    caller: Principal | null;
    /** Why the gate did not let it in. */
    refusal: Refused | null;
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
  app.decorateRequest('refusal', null);
  app.addHook('onRequest', (request, reply, done) => {
    const settle = (decision: Decision): void => {
      const settled = narrow(request, decision);
      if (settled.admitted) {
        request.caller = settled.principal;
        done();
      } else {
        request.refusal = settled;
        refuse(request, reply, settled);
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
  auditRequests(app, access);
}

/** Whether a caller may be shown that there is this model. */
export function sees(caller: Principal | null, model: string): boolean {
  return caller === null || mayTouch(caller, model);
}

function narrow(request: FastifyRequest, decision: Decision): Decision {
  if (!decision.admitted || request.declared.showsAllModels !== true) return decision;
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

function refuse(
  request: FastifyRequest,
  reply: FastifyReply,
  { status, message, hint, retryAfterSeconds }: Refused,
): void {
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  if (retryAfterSeconds !== null) reply.header('retry-after', retryAfterSeconds);
  // What a refused client still sends is not read.
  if (request.headers['content-length'] !== undefined) reply.header('connection', 'close');
  reply.code(status).send(errorBody(message, hint));
}
