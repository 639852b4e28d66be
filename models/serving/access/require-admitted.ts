import type { Asking, Gate, Principal, Refused } from '../../access/index.js';

/** Thrown for a call that the gate does not let in, where no HTTP reply is at hand. */
export class NotAdmitted extends Error {
  override readonly name = 'NotAdmitted';
  readonly statusCode: Refused['status'];
  readonly retryAfterSeconds: number | null;

  constructor(readonly refused: Refused) {
    super(`${refused.message}; ${refused.hint}`);
    this.statusCode = refused.status;
    this.retryAfterSeconds = refused.retryAfterSeconds;
  }
}

/** @throws NotAdmitted where the gate does not let the call in */
export async function requireAdmitted(
  gate: Pick<Gate, 'admit'>,
  asking: Asking,
): Promise<Principal> {
  const decision = await gate.admit(asking);
  if (decision.admitted) return decision.principal;
  throw new NotAdmitted(decision);
}
