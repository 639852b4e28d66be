import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { decompressed } from './decompress-body.js';
import { RequestRefused } from './request-refused.js';

/** The bytes of a body, unpacked. */
export type ReceivedBody = Buffer;

const NOTHING = Buffer.alloc(0);

/**
 * Reads the body of a request whole.
 *
 * @param limitBytes - of the body, packed and unpacked
 * @throws RequestRefused where it is larger, is packed in a way that is not known, or breaks off
 */
export function receiveBody(request: IncomingMessage, limitBytes: number): Promise<ReceivedBody> {
  const { headers } = request;
  if (Number(headers['content-length']) > limitBytes) return Promise.reject(tooLarge(limitBytes));
  // Its client went while it was found out who that is: such a request tells nothing any more.
  if (request.destroyed) {
    return Promise.reject(new RequestRefused(400, 'the body did not arrive whole'));
  }
  const encoding = headers['content-encoding'];
  if (encoding === undefined) return gather(request, limitBytes, 'did not arrive whole');
  try {
    const unpacked = decompressed(request, encoding, limitBytes);
    return gather(unpacked, limitBytes, `is not ${encoding}`);
  } catch (error) {
    return Promise.reject(error);
  }
}

/** @param broken - what is said of the body where it breaks off */
function gather(source: Readable, limitBytes: number, broken: string): Promise<ReceivedBody> {
  return new Promise((resolve, reject) => {
    let first: Buffer | null = null;
    let more: Buffer[] | null = null;
    let bytes = 0;
    source.on('data', (part: Buffer) => {
      bytes += part.length;
      if (bytes > limitBytes) {
        source.pause();
        reject(tooLarge(limitBytes));
      } else if (first === null) first = part;
      else if (more === null) more = [first, part];
      else more.push(part);
    });
    source.on('end', () =>
      resolve(more === null ? (first ?? NOTHING) : Buffer.concat(more, bytes)),
    );
    source.on('error', (error) =>
      reject(
        error instanceof RequestRefused
          ? error
          : new RequestRefused(400, `the body ${broken}: ${error.message}`),
      ),
    );
  });
}

function tooLarge(limitBytes: number): RequestRefused {
  return new RequestRefused(413, `the body is larger than ${limitBytes} bytes; send it in parts`);
}
