/**
 * Thrown when a receiver did not take a message. `permanent`: another attempt gives the same answer.
 */
export class DeliveryFailure extends Error {
  override readonly name = 'DeliveryFailure';
  readonly permanent: boolean;
  /** The receiver asks not to be tried before; `null` where it does not say. */
  readonly retryAfterMs: number | null;

  constructor(
    message: string,
    options: { permanent?: boolean; retryAfterMs?: number | null; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.permanent = options.permanent ?? false;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}
