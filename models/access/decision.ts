import type { Principal } from './principal.js';
import type { RouteAccess } from './scopes.js';

/** One call that wants in. */
export interface Asking {
  /** What it wants in for. */
  readonly access: RouteAccess;
  /** The model that it names; `null` for none, or where that is not known yet. */
  readonly model: string | null;
  /** What it sent as `Authorization`, over HTTP, or as the metadata `authorization`, over gRPC. */
  readonly authorization: string | undefined;
  /** Where it comes from. */
  readonly address: string;
}

export interface Admitted {
  readonly admitted: true;
  readonly principal: Principal;
}

export interface Refused {
  readonly admitted: false;
  /** 401: nobody we know; 403: not that one; 429: too often; 503: cannot be told now. */
  readonly status: 401 | 403 | 429 | 503;
  readonly message: string;
  readonly hint: string;
  readonly retryAfterSeconds: number | null;
  /** Who it was, where that is known. */
  readonly principal: Principal | null;
}

export type Decision = Admitted | Refused;

export function admit(principal: Principal): Admitted {
  return { admitted: true, principal };
}

const SEND_KEY = 'send it as Authorization: Bearer <key>';

export function nobody(access: RouteAccess): Refused {
  const what = access === 'signal' ? 'a signal needs a key' : 'this needs a key';
  return refusal(401, what, SEND_KEY);
}

export function notTrusted(): Refused {
  return refusal(
    401,
    'the token is not trusted',
    'send one of the configured issuer that is in force',
  );
}

export function outOfForce(name: string, state: 'expired' | 'revoked'): Refused {
  const why = state === 'expired' ? 'has expired' : 'was revoked';
  return refusal(401, `the key ${name} ${why}`, 'ask for a new one: millrace keys create');
}

export function cannotTell(what: string): Refused {
  return { ...refusal(503, what, "the gateway's log says why; try again"), retryAfterSeconds: 5 };
}

export function tooOften(waitMs: number, message: string, principal: Principal | null): Refused {
  const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
  const refused = refusal(429, message, `try again in ${seconds} s`);
  return { ...refused, retryAfterSeconds: seconds, principal };
}

/** @param what - continues "the key shop may not …" */
export function forbidden(principal: Principal, what: string): Refused {
  const hint = 'use one that may, or widen its scope';
  return {
    ...refusal(403, `the ${principal.kind} ${principal.name} may not ${what}`, hint),
    principal,
  };
}

function refusal(status: Refused['status'], message: string, hint: string): Refused {
  return { admitted: false, status, message, hint, retryAfterSeconds: null, principal: null };
}
