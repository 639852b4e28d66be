import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { createGunzip, createInflate } from 'node:zlib';
import { RequestRefused } from './request-refused.js';

const DECODERS = { gzip: createGunzip, 'x-gzip': createGunzip, deflate: createInflate } as const;

/**
 * A body in `gzip` or `deflate` as it unpacks while it arrives, and no further than the limit: a small
 * body that unpacks to a large one costs no more than a large one.
 *
 * @throws RequestRefused where the encoding is not known
 */
export function decompressed(
  request: IncomingMessage,
  contentEncoding: string,
  limitBytes: number,
): Readable {
  const encoding = contentEncoding.toLowerCase();
  if (encoding === 'identity') return request;
  if (!isKnown(encoding)) {
    throw new RequestRefused(415, `the encoding ${encoding.slice(0, 40)} is not accepted`);
  }
  const decoder = DECODERS[encoding]();
  let unpacked = 0;
  let packed = 0;
  request.on('data', ({ length }: Buffer) => {
    packed += length;
    if (packed > limitBytes) decoder.destroy(tooMuch(`is larger than ${limitBytes} bytes`));
  });
  decoder.on('data', ({ length }: Buffer) => {
    unpacked += length;
    if (unpacked > limitBytes) decoder.destroy(tooMuch(`unpacks to more than ${limitBytes} bytes`));
  });
  decoder.once('error', () => {
    request.unpipe(decoder);
    request.resume();
  });
  request.once('error', (error) => decoder.destroy(error));
  request.pipe(decoder);
  return decoder;
}

function isKnown(encoding: string): encoding is keyof typeof DECODERS {
  return Object.hasOwn(DECODERS, encoding);
}

function tooMuch(what: string): RequestRefused {
  return new RequestRefused(413, `the body ${what}; send it in parts`);
}
