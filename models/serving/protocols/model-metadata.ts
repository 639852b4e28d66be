import { type ModelManifest, type ModelSignature, modelSource } from '../../../contracts/index.js';
import type { ServedVersion } from '../served-version.js';
import { COLUMN_DATATYPES } from './tensors/datatypes.js';
import type { OutputDatatype } from './tensors/encode.js';

interface TensorMetadata<Type extends string = string> {
  readonly name: string;
  readonly datatype: Type;
  readonly shape: readonly number[];
  readonly parameters?: { readonly [name: string]: unknown };
}

/** Name of the output that carries class probabilities. */
export const PROBABILITIES = 'probabilities';

/** What `platform` says of a model: the runtime and the format, or the server that answers for it. */
export function platformOf(manifest: ModelManifest): string {
  const source = modelSource(manifest);
  return source.kind === 'onnx' ? 'onnxruntime_onnx' : SERVER_PLATFORMS[source.server.protocol];
}

const SERVER_PLATFORMS = { oip: 'oip_server', invocations: 'mlflow_server' } as const;

/**
 * GET `/v2/models/:model`. Context columns are inputs that may be left out.
 *
 * @param versions - the one that answers first
 */
export function modelMetadata(
  model: string,
  versions: readonly number[],
  { signature, platform }: Pick<ServedVersion, 'signature' | 'platform'>,
) {
  const inputs = signature.inputs.map(
    ({ name, kind, nullable }): TensorMetadata => ({
      name,
      datatype: COLUMN_DATATYPES[kind][0] ?? '',
      shape: [-1],
      ...(nullable && { parameters: { nullable } }),
    }),
  );
  const context = signature.context.map(
    ({ name, kind, role }): TensorMetadata => ({
      name,
      datatype: COLUMN_DATATYPES[kind][0] ?? '',
      shape: [-1],
      parameters: { context: role, optional: true },
    }),
  );
  return {
    name: model,
    versions: versions.map(String),
    platform,
    inputs: [...inputs, ...context],
    outputs: outputMetadata(signature),
  };
}

/** The outputs in the order in which answers have them: the prediction first. */
export function outputMetadata({
  task,
  output,
}: ModelSignature): readonly TensorMetadata<OutputDatatype>[] {
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
