import type { Readable, Transform } from 'node:stream';
import { createGunzip, createInflate } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';

const DECODERS = { gzip: createGunzip, 'x-gzip': createGunzip, deflate: createInflate } as const;

type Payload = Readable & { receivedEncodedLength?: number };

/**
 * `preParsing` hook: a body in `gzip` or `deflate` is unpacked as it arrives, and no further than
 * the route's limit: a small body that unpacks to a large one costs no more than a large one.
 */
export function decompressBody(
  request: FastifyRequest,
  _reply: FastifyReply,
  payload: Payload,
  done: (error: Error | null, payload?: Payload) => void,
): void {
  const encoding = request.headers['content-encoding']?.toLowerCase();
  if (encoding === undefined || encoding === 'identity') {
    done(null, payload);
    return;
  }
  if (!isKnown(encoding)) {
    done(new EncodingError(415, `the encoding ${encoding.slice(0, 40)} is not accepted`));
    return;
  }
  const decoder: Transform & Payload = DECODERS[encoding]();
  const limit = request.routeOptions.bodyLimit;
  let unpacked = 0;
  decoder.receivedEncodedLength = 0;
  payload.on('data', ({ length }: Buffer) => {
    decoder.receivedEncodedLength = (decoder.receivedEncodedLength ?? 0) + length;
  });
  decoder.on('data', ({ length }: Buffer) => {
    unpacked += length;
    if (unpacked <= limit) return;
    decoder.destroy(
      new EncodingError(413, `the body unpacks to more than ${limit} bytes; send it in parts`),
    );
  });
  decoder.once('error', (error: Error & { statusCode?: number }) => {
    error.statusCode ??= 400;
    if (error.statusCode === 400) error.message = `the body is not ${encoding}: ${error.message}`;
    payload.unpipe(decoder);
    payload.resume();
  });
  payload.pipe(decoder);
  done(null, decoder);
}

function isKnown(encoding: string): encoding is keyof typeof DECODERS {
  return Object.hasOwn(DECODERS, encoding);
}

class EncodingError extends Error {
  constructor(
    readonly statusCode: number,
    message: string,
  ) {
    super(message);
  }
}
