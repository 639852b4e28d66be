import { MillraceError } from '../../contracts/index.js';

/** What a client is told to wait where nobody knows better. */
const RETRY_AFTER_SECONDS = 1;

export type FaultStatus = 502 | 503 | 504;

/**
 * Thrown when the server that answers for a model does not: 503 it cannot be reached or is being
 * started again, 504 it takes too long, 502 it answers what the model's signature does not allow.
 */
export class ServerFault extends MillraceError {
  /** The HTTP status that the server answered with; `null` where that is not what was wrong. */
  readonly answered: number | null;

  constructor(
    readonly statusCode: FaultStatus,
    message: string,
    hint: string,
    /** After which the same may work. */
    readonly retryAfterSeconds: number = RETRY_AFTER_SECONDS,
    options: { readonly cause?: unknown; readonly answered?: number; readonly told?: string } = {},
  ) {
    super('ServiceUnavailable', message, hint, options);
    this.answered = options.answered ?? null;
  }
}

/** @param name - of the model, for the message: `version 3 of coffee` */
export function unreachable(name: string, cause: unknown, retryAfterSeconds?: number): ServerFault {
  return new ServerFault(
    503,
    `the server of ${name} cannot be reached: ${reasonOf(cause)}`,
    'send the request again in a moment; if it stays so, look after the server',
    retryAfterSeconds,
    { cause, told: awayWords(name) },
  );
}

/** What clients of a gateway are told of a server that cannot be asked. */
export function awayWords(name: string): string {
  return `the server of ${name} cannot be asked now; send the request again in a moment`;
}

export function tooSlow(name: string, timeoutMs: number): ServerFault {
  return new ServerFault(
    504,
    `the server of ${name} has not answered within ${timeoutMs} ms`,
    'ask it less at a time, or give it longer: server.timeout of its register step',
  );
}

/**
 * @param what - `gave "cold" for row 0, not a number`
 * @param told - the same for clients, where `what` has more of what the server wrote
 */
export function unfitAnswer(name: string, what: string, told = what): ServerFault {
  return new ServerFault(502, `the server of ${name} ${what}`, UNFIT_HINT, undefined, {
    told: `the server of ${name} ${told}; ${UNFIT_HINT}`,
  });
}

const UNFIT_HINT = 'its answers must be those of the signature that the model was registered with';

/** fetch hides the reason (`ECONNREFUSED`) behind "fetch failed". */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const { cause: inner } = cause;
  if (inner instanceof AggregateError) return reasonOf(inner.errors[0]);
  return inner instanceof Error ? inner.message : cause.message;
}
