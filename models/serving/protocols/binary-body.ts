import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { MillraceError } from '../../../contracts/index.js';
import { parseJson } from '../parse-json.js';

/** Says how many bytes of the body are JSON; the rest are the bytes of tensors. */
export const HEADER_LENGTH = 'inference-header-content-length';

/** A request of the binary tensor extension. */
export class BinaryBody {
  constructor(
    /** The JSON before the tensors. */
    readonly json: unknown,
    /** Of all tensors that have a `binary_data_size`, in their order. */
    readonly tensors: Buffer,
  ) {}
}

/**
 * Lets the routes of this scope take the binary tensor extension: a body with the header
 * `Inference-Header-Content-Length`, whatever its type. A body without a type is JSON: generic clients
 * send no other, and a foreign page that could send it as well is known by its Origin.
 *
 * @see https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_rest.md
 */
export function acceptBinaryBodies(scope: FastifyInstance): void {
  const parse: BodyParser = ({ headers }, body, done) => {
    try {
      done(null, readBody(body, headers));
    } catch (error) {
      done(error as Error);
    }
  };
  scope.removeContentTypeParser('application/json');
  for (const type of ['application/json', '*']) {
    scope.addContentTypeParser(type, { parseAs: 'buffer' }, parse);
  }
}

type BodyParser = (
  request: FastifyRequest,
  body: Buffer,
  done: (error: Error | null, body?: unknown) => void,
) => void;

function readBody(body: Buffer, headers: IncomingHttpHeaders): unknown {
  const length = headers[HEADER_LENGTH];
  if (length !== undefined) return readBinaryBody(body, String(length));
  const type = headers['content-type'];
  if (type === undefined || JSON_TYPE.test(type)) return parseJson(body.toString());
  throw new UnknownMediaType();
}

const JSON_TYPE = /^application\/json\s*(;|$)/i;

/** As Fastify refuses a type that it has no parser for. */
class UnknownMediaType extends Error {
  readonly code = 'FST_ERR_CTP_INVALID_MEDIA_TYPE';
  readonly statusCode = 415;
}

function readBinaryBody(body: Buffer, length: string): BinaryBody {
  const bytes = /^\d{1,10}$/.test(length) ? Number(length) : Number.NaN;
  if (Number.isNaN(bytes) || bytes > body.length) {
    throw new MillraceError(
      'InvalidInput',
      `the header Inference-Header-Content-Length is ${JSON.stringify(length.slice(0, 40))}, the body has ${body.length} bytes`,
      'give the length of the JSON before the tensors',
    );
  }
  return new BinaryBody(parseJson(body.toString('utf8', 0, bytes)), body.subarray(bytes));
}
