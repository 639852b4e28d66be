import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Access, isChanging, type Principal } from '../../access/index.js';
import { accessOf, modelOf } from './asked.js';

/**
 * Tells the audit log of every call that changes something, before it is answered, and of every one
 * that was denied.
 */
export function auditRequests(app: FastifyInstance, { audit, denials, gatewayId }: Access): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    const { caller } = request;
    const { statusCode: status } = reply;
    if (caller === null || !isChanging(accessOf(request)) || isDenied(status)) {
      done(null, payload);
      return;
    }
    audit
      .append({
        ...described(request, gatewayId, caller),
        outcome: status < 400 ? 'done' : 'failed',
        status,
      })
      .then(() => done(null, payload), done);
  });
  app.addHook('onResponse', (request, { statusCode: status }, done) => {
    const { caller, refusal } = request;
    if (caller === null || isDenied(status)) {
      denials.add({
        ...described(request, gatewayId, caller ?? refusal?.principal ?? null),
        outcome: 'denied',
        status,
        ...(refusal !== null && { reason: refusal.message }),
      });
    }
    done();
  });
}

function isDenied(status: number): boolean {
  return status === 401 || status === 403;
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
