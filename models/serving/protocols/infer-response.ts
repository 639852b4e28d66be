import { MillraceError, type ModelSignature } from '../../../contracts/index.js';
import type { Answer } from '../answer-rows.js';
import { DATATYPES } from './infer-request.js';

/** Name of the output that carries class probabilities. */
const PROBABILITIES = 'probabilities';

interface TensorMetadata {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
  readonly parameters?: { readonly [name: string]: unknown };
}

/**
 * An answer in the Open Inference Protocol V2. `id` is the client's own or the request's; labels go
 * by `parameters.prediction_ids`, one a row.
 *
 * @param wanted - names of outputs; `null` means all
 * @throws MillraceError `InvalidInput` for an output that the model does not have
 */
export function inferResponse(
  signature: ModelSignature,
  answer: Answer,
  id: string | undefined,
  wanted: readonly string[] | null,
) {
  const { predictions, probabilities = [] } = answer;
  const outputs = outputMetadata(signature).map(({ name, datatype, shape, parameters }) => ({
    name,
    shape: [predictions.length, ...shape.slice(1)],
    datatype,
    ...(parameters !== undefined && { parameters }),
    data: parameters === undefined ? predictions : probabilities.flat(),
  }));
  return {
    model_name: answer.model,
    model_version: String(answer.version),
    id: id ?? answer.uuid,
    parameters: {
      prediction_id: answer.uuid,
      prediction_ids: answer.predictionIds,
      ...repairsOf(answer),
    },
    outputs: wanted === null ? outputs : outputs.filter(({ name }) => wanted.includes(name)),
  };
}

/** What an answer says of the repairs that made it; nothing where none did. */
export function repairsOf({ fallbackFor, imputed }: Answer) {
  return {
    ...(fallbackFor !== null && { fallback_for: String(fallbackFor) }),
    ...(imputed.length > 0 && { imputed }),
  };
}

/** @throws MillraceError `InvalidInput` naming an output that the model does not have */
export function requireOutputs(signature: ModelSignature, wanted: readonly string[] | null): void {
  const names = outputMetadata(signature).map(({ name }) => name);
  const unknown = wanted?.find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw new MillraceError(
    'InvalidInput',
    `output ${unknown} is not known to the model`,
    `it gives ${names.join(', ')}`,
  );
}

/**
 * GET `/v2/models/:model`. Context columns are inputs that may be left out.
 *
 * @param versions - the one that answers first
 */
export function modelMetadata(
  model: string,
  versions: readonly number[],
  signature: ModelSignature,
) {
  const inputs = signature.inputs.map(
    ({ name, kind, nullable }): TensorMetadata => ({
      name,
      datatype: DATATYPES[kind][0] ?? '',
      shape: [-1],
      ...(nullable && { parameters: { nullable } }),
    }),
  );
  const context = signature.context.map(
    ({ name, kind, role }): TensorMetadata => ({
      name,
      datatype: DATATYPES[kind][0] ?? '',
      shape: [-1],
      parameters: { context: role, optional: true },
    }),
  );
  return {
    name: model,
    versions: versions.map(String),
    platform: 'onnxruntime_onnx',
    inputs: [...inputs, ...context],
    outputs: outputMetadata(signature),
  };
}

function outputMetadata({ task, output }: ModelSignature): readonly TensorMetadata[] {
  const prediction = { name: output.name, datatype: OUTPUT_DATATYPE[output.kind], shape: [-1] };
  if (task === 'regression') return [prediction];
  const classes = output.classes ?? [];
  const parameters = { classes };
  return [
    prediction,
    { name: PROBABILITIES, datatype: 'FP32', shape: [-1, classes.length], parameters },
  ];
}

const OUTPUT_DATATYPE = {
  number: 'FP32',
  integer: 'INT64',
  boolean: 'BOOL',
  string: 'BYTES',
} as const;
