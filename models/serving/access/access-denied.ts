import type { Principal } from '../../access/index.js';

/** Thrown where a caller whom the gate let in wants what they may not have. Answered with 403. */
export class AccessDenied extends Error {
  override readonly name = 'AccessDenied';
  readonly statusCode = 403;

  /** @param what - continues "the key shop may not …" */
  constructor({ kind, name }: Pick<Principal, 'kind' | 'name'>, what: string) {
    super(`the ${kind} ${name} may not ${what}; use one that may, or widen its scope`);
  }
}
