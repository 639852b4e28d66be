import type { ModelSignature, SignatureInput, VersionRecord } from '../../contracts/index.js';

/** What MLflow asks a directory for that it is to load a model from, by the name of the file. */
export function modelFiles(version: VersionRecord): Readonly<Record<string, string>> {
  return {
    MLmodel: mlmodel(version),
    'python_env.yaml': `${JSON.stringify({ dependencies: ['-r requirements.txt'] })}\n`,
    'requirements.txt': 'mlflow\nonnx\nonnxruntime\n',
  };
}

/**
 * The file `MLmodel`: an ONNX flavour beside `model.onnx`, so that `mlflow.onnx`, `mlflow.pyfunc` and
 * `mlflow models serve` can load the version. JSON is YAML too.
 *
 * A model of numbers alone takes a data frame of its columns; one that takes texts as well has two
 * tensors, which a data frame cannot hold.
 */
function mlmodel({ model, version, runId, createdAt, content }: VersionRecord): string {
  const { signature } = content;
  return `${JSON.stringify(
    {
      artifact_path: `versions/${model}/${version}`,
      flavors: {
        onnx: { data: 'model.onnx', providers: ['CPUExecutionProvider'] },
        python_function: {
          data: 'model.onnx',
          env: { virtualenv: 'python_env.yaml' },
          loader_module: 'mlflow.onnx',
        },
      },
      metadata: { 'millrace.model': model, 'millrace.version': version, 'millrace.run': runId },
      signature: {
        inputs: JSON.stringify(inputsOf(signature)),
        outputs: JSON.stringify(outputsOf(signature)),
        params: null,
      },
      utc_time_created: createdAt.replace('T', ' ').replace('Z', ''),
    },
    null,
    2,
  )}\n`;
}

function inputsOf({ inputs }: ModelSignature): readonly object[] {
  const numeric = ofTensor(inputs, 'numeric');
  const categorical = ofTensor(inputs, 'categorical');
  if (categorical.length === 0) {
    // Each of them, or MLflow would hand the graph fewer columns than it has; a missing value is a NaN.
    return numeric.map(({ name }) => ({ type: 'double', name, required: true }));
  }
  return [
    ...(numeric.length === 0 ? [] : [tensor('numeric', 'float32', [-1, numeric.length])]),
    tensor('categorical', 'str', [-1, categorical.length]),
  ];
}

/** In the order of the tensor's columns. */
function ofTensor(
  inputs: readonly SignatureInput[],
  tensorName: SignatureInput['tensor'],
): readonly SignatureInput[] {
  return inputs.filter((input) => input.tensor === tensorName).sort((a, b) => a.index - b.index);
}

function outputsOf({ task, output }: ModelSignature): readonly object[] {
  if (task === 'regression') return [tensor('prediction', 'float32', [-1, 1])];
  return [
    tensor('label', output.kind === 'string' ? 'str' : 'int64', [-1]),
    tensor('probabilities', 'float32', [-1, output.classes?.length ?? 0]),
  ];
}

function tensor(name: string, dtype: string, shape: readonly number[]): object {
  return { type: 'tensor', name, 'tensor-spec': { dtype, shape } };
}
