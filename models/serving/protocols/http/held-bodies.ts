import type { IncomingHttpHeaders } from 'node:http';
import { tooBusy } from '../../overload.js';

/** Bodies up to this size are not counted: what they take is little beside their connection. */
const SMALL_BYTES = 16_384;

/**
 * Bounds what the bodies of all requests for predictions take together: one that would exceed it is
 * refused before its body is read, unless nothing else is being answered. A body that does not say how
 * long it is, or is packed, counts as the longest that is taken.
 */
export class HeldBodies {
  readonly #mostBytes: number;
  readonly #longestBytes: number;
  #bytes = 0;

  constructor(mostBytes: number, longestBytes: number) {
    this.#mostBytes = mostBytes;
    this.#longestBytes = longestBytes;
  }

  /**
   * @returns the bytes that are to be given back once the request is answered
   * @throws Overload where the bodies would take too much
   */
  take(headers: IncomingHttpHeaders): number {
    const bytes = this.#bytesOf(headers);
    if (bytes <= SMALL_BYTES) return 0;
    if (this.#bytes > 0 && this.#bytes + bytes > this.#mostBytes) {
      throw tooBusy(`${this.#bytes} bytes of requests are being answered`);
    }
    this.#bytes += bytes;
    return bytes;
  }

  giveBack(bytes: number): void {
    this.#bytes -= bytes;
  }

  #bytesOf(headers: IncomingHttpHeaders): number {
    const length = headers['content-length'];
    // What is longer than any may be is refused and never held.
    if (Number(length) > this.#longestBytes) return 0;
    if (length !== undefined && headers['content-encoding'] === undefined) return Number(length);
    const hasBody = length !== undefined || headers['transfer-encoding'] !== undefined;
    return hasBody ? this.#longestBytes : 0;
  }
}
