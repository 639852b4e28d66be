/** Thrown where a caller whom the gate let in wants what they may not have. Answered with 403. */
export class AccessDenied extends Error {
  override readonly name = 'AccessDenied';
  readonly statusCode = 403;

  constructor(what: string) {
    super(`${what}; use one that may, or widen its scope`);
  }
}
