/** Thrown for a request that is refused before it has arrived whole. */
export class RequestRefused extends Error {
  override readonly name = 'RequestRefused';

  constructor(
    readonly statusCode: 400 | 403 | 413 | 415 | 421 | 431,
    message: string,
  ) {
    super(message);
  }
}
