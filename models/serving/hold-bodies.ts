import type { FastifyInstance, FastifyRequest } from 'fastify';
import { tooBusy } from './overload.js';

/** Bodies up to this size are not counted: what they take is little beside their connection. */
const SMALL_BYTES = 16_384;

/**
 * Bounds what the bodies of all requests for predictions take together: one that would exceed it is
 * answered with 429 before its body is read, unless nothing else is being answered. A body that does
 * not say how long it is, or is packed, counts as the longest that its route takes.
 */
export function holdBodies(app: FastifyInstance, maxBytes: number): void {
  let heldBytes = 0;
  app.addHook('onRequest', (request, reply, done) => {
    if (request.declared.predicts !== true) {
      done();
      return;
    }
    const bytes = bytesOf(request);
    if (bytes <= SMALL_BYTES) {
      done();
      return;
    }
    if (heldBytes > 0 && heldBytes + bytes > maxBytes) {
      // What a refused client still sends is not read.
      reply.header('connection', 'close');
      done(tooBusy(`${heldBytes} bytes of requests are being answered`));
      return;
    }
    heldBytes += bytes;
    // Comes for every answer, also where the client has gone.
    reply.raw.once('close', () => {
      heldBytes -= bytes;
    });
    done();
  });
}

function bytesOf(request: FastifyRequest): number {
  const { headers } = request;
  const length = headers['content-length'];
  if (length === undefined || headers['content-encoding'] !== undefined) {
    return headers['transfer-encoding'] === undefined && length === undefined
      ? 0
      : request.routeOptions.bodyLimit;
  }
  return Number(length);
}
