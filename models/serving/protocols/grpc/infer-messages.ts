import { MillraceError, type ModelSignature } from '../../../../contracts/index.js';
import type { Answer } from '../../answer-rows.js';
import { utf8Text } from '../../body-text.js';
import type { InferRequest } from '../infer-request.js';
import { answerParameters, type OutputTensor, outputTensors } from '../infer-response.js';
import { DATATYPES, type Datatype, isDatatype } from '../tensors/datatypes.js';
import { decodeTensor } from '../tensors/decode.js';
import { encodeTensor, type OutputDatatype } from '../tensors/encode.js';
import { type InputTensor, shown } from '../tensors/rows-from-tensors.js';
import { elementCount, valuesOfData } from '../tensors/shapes.js';
import type {
  InputTensorMessage,
  ModelInferRequest,
  ModelInferResponse,
  OutputTensorMessage,
  Parameters,
  TensorContents,
} from './messages.js';

const MAX_ID_CHARACTERS = 256;

/**
 * An inference from its message: the values are in `raw_input_contents`, one for each input, or in
 * the inputs' own contents.
 *
 * @throws MillraceError `InvalidInput` naming the tensor
 */
export function readInferMessage(message: ModelInferRequest): InferRequest {
  const { id, inputs, outputs, raw_input_contents: raw } = message;
  if (inputs.length === 0) throw bad('the request has no inputs', 'send one for each column');
  if (id.length > MAX_ID_CHARACTERS) throw bad(`the id is longer than ${MAX_ID_CHARACTERS}`);
  if (raw.length > 0 && raw.length !== inputs.length) {
    throw bad(
      `the request has ${raw.length} raw_input_contents for ${inputs.length} inputs`,
      'give one for each, in their order',
    );
  }
  return {
    id: id === '' ? undefined : id,
    tensors: inputs.map((input, index) => readTensor(input, raw[index])),
    outputs: outputs.length === 0 ? null : outputs.map(({ name }) => ({ name, binary: true })),
    binary: raw.length > 0,
  };
}

/** @param request - where its values were raw, those of the answer are */
export function inferMessage(
  signature: ModelSignature,
  answer: Answer,
  { id, outputs, binary }: InferRequest,
): ModelInferResponse {
  const tensors = outputTensors(signature, answer, outputs);
  return {
    model_name: answer.model,
    model_version: String(answer.version),
    id: id ?? answer.uuid,
    parameters: textParameters(answerParameters(answer)),
    outputs: tensors.map((tensor) => outputMessage(tensor, binary)),
    raw_output_contents: binary
      ? tensors.map(({ datatype, values }) => encodeTensor(datatype, values))
      : [],
  };
}

function readTensor(input: InputTensorMessage, raw: Buffer | undefined): InputTensor {
  const { name, datatype, shape, contents, parameters } = input;
  const where = `input ${shown(name)}`;
  if (!isDatatype(datatype)) {
    throw bad(
      `${where} has datatype ${shown(datatype)}, which there is not`,
      `send one of ${DATATYPES.join(', ')}`,
    );
  }
  if (shape.some((size) => !Number.isSafeInteger(size) || size < 0)) {
    throw bad(`${where} has shape [${shape.slice(0, 8)}]`, 'sizes are not negative');
  }
  if (Object.hasOwn(parameters, 'shared_memory_region')) {
    throw bad(`${where} is in shared memory, which is not supported`, 'send its values');
  }
  if (raw !== undefined) {
    if (contents !== null) throw bad(`${where} has both contents and raw contents`);
    const values = decodeTensor(datatype, raw, elementCount(name, shape), where);
    return { name, shape, datatype, values };
  }
  const field = CONTENTS[datatype];
  if (field === null) throw bad(`${where} of ${datatype} must be in raw_input_contents`);
  const given: readonly unknown[] = contents?.[field] ?? [];
  const values = given.map((value) => plain(value, where));
  return { name, shape, datatype, values: valuesOfData(name, shape, datatype, values) };
}

/** Where the contents of each datatype are; half floats have no place but the raw one. */
const CONTENTS: { readonly [type in Datatype]: keyof TensorContents | null } = {
  BOOL: 'bool_contents',
  UINT8: 'uint_contents',
  UINT16: 'uint_contents',
  UINT32: 'uint_contents',
  UINT64: 'uint64_contents',
  INT8: 'int_contents',
  INT16: 'int_contents',
  INT32: 'int_contents',
  INT64: 'int64_contents',
  FP16: null,
  BF16: null,
  FP32: 'fp32_contents',
  FP64: 'fp64_contents',
  BYTES: 'bytes_contents',
};

/** Text from bytes; a NaN is a missing value. */
function plain(value: unknown, where: string): unknown {
  if (Buffer.isBuffer(value)) return utf8Text(value, where);
  return typeof value === 'number' && Number.isNaN(value) ? null : value;
}

function outputMessage(tensor: OutputTensor, raw: boolean): OutputTensorMessage {
  const { name, datatype, shape, parameters = {}, values } = tensor;
  const described = { name, datatype, shape, parameters: textParameters(parameters) };
  return raw ? described : { ...described, contents: contentsOf(datatype, values) };
}

function contentsOf(
  datatype: OutputDatatype,
  values: OutputTensor['values'],
): Partial<TensorContents> {
  switch (datatype) {
    case 'BOOL':
      return { bool_contents: values.map(Boolean) };
    case 'FP32':
      return { fp32_contents: values.map(Number) };
    case 'INT64':
      return { int64_contents: values.map(Number) };
    case 'BYTES':
      return { bytes_contents: values.map((value) => Buffer.from(String(value))) };
  }
}

/** The protocol's parameters have no lists: those are given as JSON. */
function textParameters(parameters: { readonly [name: string]: unknown }): Parameters {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => {
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      return [name, { string_param: text }];
    }),
  );
}

function bad(message: string, hint?: string): MillraceError {
  return new MillraceError('InvalidInput', message, hint);
}
