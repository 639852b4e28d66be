import { MillraceError } from '../../contracts/index.js';

/** What a client is told to wait before it tries again. */
const RETRY_AFTER_SECONDS = 1;

/**
 * The gateway has as much to do as it may hold: the request was not begun, and may be sent again.
 * 429 over HTTP with `Retry-After`.
 */
export class Overload extends MillraceError {
  readonly statusCode: 429 | 504;
  readonly retryAfterSeconds = RETRY_AFTER_SECONDS;

  constructor(statusCode: 429 | 504, message: string, hint: string) {
    super('ServiceUnavailable', message, hint);
    this.statusCode = statusCode;
  }
}

/** @param why - `32768 rows wait for version 3 of coffee` */
export function tooBusy(why: string): Overload {
  return new Overload(429, why, 'nothing of this request was begun: send it again in a moment');
}

export function tookTooLong(name: string, timeoutMs: number): Overload {
  return new Overload(
    504,
    `${name} has not answered within ${timeoutMs} ms`,
    'ask it less at a time, or give it longer in the serve: block of its pipeline',
  );
}
