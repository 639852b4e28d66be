import { MillraceError } from '../../../contracts/index.js';
import { utf8Text } from '../body-text.js';
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
 * Reads a body of the binary tensor extension.
 *
 * @param length - of the JSON, as the header says it
 * @see https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_rest.md
 */
export function readBinaryBody(body: Buffer, length: string): BinaryBody {
  const bytes = /^\d{1,10}$/.test(length) ? Number(length) : Number.NaN;
  if (Number.isNaN(bytes) || bytes > body.length) {
    throw new MillraceError(
      'InvalidInput',
      `the header Inference-Header-Content-Length is ${JSON.stringify(length.slice(0, 40))}, the body has ${body.length} bytes`,
      'give the length of the JSON before the tensors',
    );
  }
  return new BinaryBody(
    parseJson(utf8Text(body.subarray(0, bytes), 'the JSON of the body')),
    body.subarray(bytes),
  );
}
