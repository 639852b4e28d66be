import { MillraceError, type ModelSignature } from '../../../contracts/index.js';
import type { Answer } from '../answer-rows.js';
import type { InferRequest, WantedOutput } from './infer-request.js';
import { outputMetadata } from './model-metadata.js';
import { encodeTensor, type OutputDatatype } from './tensors/encode.js';

/** An output of an answer, whichever protocol it goes by. */
export interface OutputTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly datatype: OutputDatatype;
  readonly parameters?: { readonly [name: string]: unknown };
  /** Row by row. */
  readonly values: readonly (number | string | boolean)[];
}

/** The JSON of an answer and the bytes of its tensors behind it; none where all of it is JSON. */
export interface InferResponse {
  readonly json: object;
  readonly tensors: readonly Buffer[];
}

/**
 * An answer in the Open Inference Protocol V2. `id` is the client's own or the request's; labels go
 * by `parameters.prediction_ids`, one a row.
 */
export function inferResponse(
  signature: ModelSignature,
  answer: Answer,
  request: Pick<InferRequest, 'id' | 'outputs' | 'binary'>,
): InferResponse {
  const tensors: Buffer[] = [];
  const outputs = outputTensors(signature, answer, request.outputs).map(({ values, ...tensor }) => {
    if (!isBinary(request, tensor.name)) return { ...tensor, data: values };
    const bytes = encodeTensor(tensor.datatype, values);
    tensors.push(bytes);
    return { ...tensor, parameters: { ...tensor.parameters, binary_data_size: bytes.length } };
  });
  const json = {
    model_name: answer.model,
    model_version: String(answer.version),
    id: request.id ?? answer.uuid,
    parameters: answerParameters(answer),
    outputs,
  };
  return { json, tensors };
}

/** In the order in which they were asked for. */
export function outputTensors(
  signature: ModelSignature,
  { predictions, probabilities = [] }: Answer,
  wanted: readonly WantedOutput[] | null,
): readonly OutputTensor[] {
  const all = outputMetadata(signature).map(({ shape, parameters, ...tensor }) => ({
    name: tensor.name,
    shape: [predictions.length, ...shape.slice(1)],
    datatype: tensor.datatype,
    ...(parameters !== undefined && { parameters }),
    values: parameters === undefined ? predictions : probabilities.flat(),
  }));
  return wanted?.flatMap(({ name }) => all.filter((tensor) => tensor.name === name)) ?? all;
}

/** What an answer says beside its outputs. */
export function answerParameters(answer: Answer) {
  return {
    prediction_id: answer.uuid,
    prediction_ids: answer.predictionIds,
    ...repairsOf(answer),
    ...outliersOf(answer),
    ...samplingOf(answer),
  };
}

/** What is not as usual of an answer: it is not logged, or not made of the rows as they came. */
export function repairsOf({ logged, fallbackFor, imputed, unknownCategories }: Answer) {
  return {
    ...(!logged && { logged }),
    ...(fallbackFor !== null && { fallback_for: String(fallbackFor) }),
    ...(imputed.length > 0 && { imputed }),
    ...(unknownCategories.length > 0 && { unknown_categories: unknownCategories }),
  };
}

/** Of each row the inputs that are unlike the reference's, where the model's gateways look for such. */
export function outliersOf({ outliers }: Answer) {
  return outliers === null ? {} : { outliers };
}

/** Of each row how sure the answer is, and whether it was given before, where either is known. */
export function samplingOf({ confidence, cached }: Answer) {
  return {
    ...(confidence !== undefined && { confidence }),
    ...(cached !== undefined && { cached }),
  };
}

/** @throws MillraceError `InvalidInput` naming an output that the model does not have */
export function requireOutputs(
  signature: ModelSignature,
  wanted: readonly Pick<WantedOutput, 'name'>[] | null,
): void {
  if (wanted === null) return;
  const names = outputMetadata(signature).map(({ name }) => name);
  const unknown = wanted.find(({ name }) => !names.includes(name));
  const twice = wanted.find(({ name }, at) => wanted.findIndex((one) => one.name === name) !== at);
  const named = unknown ?? twice;
  if (named === undefined) return;
  const what = unknown === undefined ? 'is asked for twice' : 'is not known to the model';
  throw new MillraceError(
    'InvalidInput',
    `output ${named.name.slice(0, 80)} ${what}`,
    `it gives ${names.join(', ')}`,
  );
}

function isBinary({ outputs, binary }: Pick<InferRequest, 'outputs' | 'binary'>, name: string) {
  return outputs?.find((output) => output.name === name)?.binary ?? binary;
}
