import * as z from 'zod';
import { MillraceError, type ModelSignature } from '../../../contracts/index.js';
import { parseBody } from '../parse-body.js';
import { BinaryBody } from './binary-body.js';
import { plainRequest } from './plain-request.js';
import { DATATYPES, isDatatype } from './tensors/datatypes.js';
import { decodeTensor } from './tensors/decode.js';
import { firstRow, type InputTensor, shown } from './tensors/rows-from-tensors.js';
import { elementCount, valuesOfData } from './tensors/shapes.js';

const list = z.custom<readonly unknown[]>(Array.isArray, 'must be a list');

/** Parameters that are not named here are for other servers, and left alone. */
const tensorSchema = z.object({
  name: z.string(),
  shape: z.array(z.int().nonnegative()),
  datatype: z.string(),
  data: list.optional(),
  parameters: z
    .object({
      binary_data_size: z.int().nonnegative().optional(),
      shared_memory_region: z
        .undefined('shared memory is not supported: send data, or the binary tensor extension')
        .optional(),
    })
    .optional(),
});

const requestSchema = z.object({
  id: z.string().max(256).optional(),
  parameters: z.object({ binary_data_output: z.boolean().optional() }).optional(),
  inputs: z.array(tensorSchema).min(1),
  outputs: z
    .array(
      z.object({
        name: z.string(),
        parameters: z.object({ binary_data: z.boolean().optional() }).optional(),
      }),
    )
    .optional(),
});

type Tensor = z.infer<typeof tensorSchema>;

const WHAT_TO_SEND =
  'send {"inputs": [{"name", "shape": [N], "datatype", "data"}]}, one for each column';

export interface WantedOutput {
  readonly name: string;
  /** As bytes behind the JSON. */
  readonly binary: boolean;
}

/** An inference, whichever protocol it came by. */
export interface InferRequest {
  /** The client's own id, to be echoed. */
  readonly id: string | undefined;
  readonly tensors: readonly InputTensor[];
  /** `null` means all. */
  readonly outputs: readonly WantedOutput[] | null;
  /** Of all outputs, where none is named. */
  readonly binary: boolean;
}

/**
 * Reads an Open Inference Protocol V2 request: JSON, or JSON and the bytes of tensors. Names and
 * values are checked against the signature later.
 *
 * @throws MillraceError `InvalidInput` naming the tensor
 */
export function readInferRequest(body: unknown): InferRequest {
  const bytes = body instanceof BinaryBody ? body.tensors : null;
  const json = body instanceof BinaryBody ? body.json : body;
  const request = plainRequest(json) ?? parseBody(requestSchema, json, WHAT_TO_SEND);
  const binary = request.parameters?.binary_data_output ?? false;
  let at = 0;
  const tensors = request.inputs.map((tensor): InputTensor => {
    const size = tensor.parameters?.binary_data_size;
    if (size === undefined) return jsonTensor(tensor);
    const end = at + size;
    if (bytes === null || end > bytes.length) throw missingBytes(tensor.name, size, bytes, at);
    const read = binaryTensor(tensor, bytes.subarray(at, end));
    at = end;
    return read;
  });
  if (bytes !== null && at !== bytes.length) {
    throw bad(
      `${bytes.length} bytes follow the JSON, the binary_data_size of the inputs sum to ${at}`,
      'give each tensor its size, in the order of the inputs',
    );
  }
  const outputs = request.outputs?.map(({ name, parameters }) => ({
    name,
    binary: parameters?.binary_data ?? binary,
  }));
  return {
    id: request.id,
    tensors,
    outputs: outputs === undefined || outputs.length === 0 ? null : outputs,
    binary,
  };
}

/** A request as rows have it, by which it is assigned to an arm: its first row, out of whichever tensor. */
export function jsonForm(
  signature: ModelSignature | null,
  { tensors }: Pick<InferRequest, 'tensors'>,
): object {
  return { instances: [firstRow(signature, tensors)] };
}

function jsonTensor(tensor: Tensor): InputTensor {
  const { name, shape, data } = tensor;
  if (data === undefined) throw bad(`input ${shown(name)} has no data`);
  const datatype = datatypeOf(tensor);
  return { name, shape, datatype, values: valuesOfData(name, shape, datatype, data) };
}

function binaryTensor(tensor: Tensor, bytes: Buffer): InputTensor {
  const { name, shape, data } = tensor;
  if (data !== undefined) {
    throw bad(`input ${shown(name)} has both data and binary_data_size`, 'send one of the two');
  }
  const datatype = datatypeOf(tensor);
  const values = decodeTensor(datatype, bytes, elementCount(name, shape), `input ${shown(name)}`);
  return { name, shape, datatype, values };
}

function datatypeOf({ name, datatype }: Tensor) {
  if (isDatatype(datatype)) return datatype;
  throw bad(
    `input ${shown(name)} has datatype ${shown(datatype)}, which there is not`,
    `send one of ${DATATYPES.join(', ')}`,
  );
}

function missingBytes(name: string, size: number, bytes: Buffer | null, at: number): MillraceError {
  return bytes === null
    ? bad(
        `input ${shown(name)} has a binary_data_size, but the request is JSON alone`,
        'say with the header Inference-Header-Content-Length where the JSON ends',
      )
    : bad(
        `input ${shown(name)} has the binary_data_size ${size}, but ${bytes.length - at} bytes are left`,
        'send all bytes that the inputs say',
      );
}

function bad(message: string, hint?: string): MillraceError {
  return new MillraceError('InvalidInput', message, hint);
}
