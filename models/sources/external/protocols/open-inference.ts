import type { ModelServer, ModelSignature, SignatureInput } from '../../../../contracts/index.js';
import type { InputRow, InputValue } from '../../../inference/index.js';
import type { GivenAnswers, Protocol } from './protocol.js';

const DATATYPES: { readonly [kind in SignatureInput['kind']]: string } = {
  number: 'FP64',
  integer: 'INT64',
  boolean: 'BOOL',
  string: 'BYTES',
};

/** Names that servers give a model's only prediction. */
const USUAL_NAMES = ['prediction', 'predictions', 'predict', 'output', 'output-0'];

/** Open Inference Protocol V2 over HTTP, tensors as JSON: a missing value is `null`. */
export const openInference: Protocol = {
  readyPath: (server) =>
    server.model === undefined ? '/v2/health/ready' : `${pathOf(server)}/ready`,

  request(server, signature, rows) {
    const inputs =
      server.table === undefined
        ? signature.inputs.map((input) => columnTensor(input, rows))
        : [tableTensor(server.table, signature.inputs, rows)];
    return { path: `${pathOf(server)}/infer`, body: { inputs } };
  },

  answers(server, signature, body, rows): GivenAnswers {
    const outputs = outputsOf(body);
    const prediction = pick(outputs, server, signature);
    const { probabilities: wanted } = server;
    if (wanted === undefined) return { predictions: valuesOf(prediction, rows) };
    const found = outputs.find(({ name }) => name === wanted);
    if (found === undefined) throw new Error(`has no output ${wanted}, only ${namesOf(outputs)}`);
    return {
      predictions: valuesOf(prediction, rows),
      probabilities: rowsOf(found, rows),
    };
  },
};

interface OutputTensor {
  readonly name: string;
  readonly data: readonly unknown[];
}

function pathOf({ model = '', version }: ModelServer): string {
  const of = version === undefined ? '' : `/versions/${encodeURIComponent(version)}`;
  return `/v2/models/${encodeURIComponent(model)}${of}`;
}

function columnTensor({ name, kind }: SignatureInput, rows: readonly InputRow[]): object {
  return {
    name,
    shape: [rows.length],
    datatype: DATATYPES[kind],
    data: rows.map((row) => row[name] ?? null),
  };
}

function tableTensor(
  { name, datatype }: NonNullable<ModelServer['table']>,
  inputs: readonly SignatureInput[],
  rows: readonly InputRow[],
): object {
  return {
    name,
    shape: [rows.length, inputs.length],
    datatype,
    data: rows.flatMap((row) => inputs.map((input) => asNumber(row[input.name] ?? null))),
  };
}

function asNumber(value: InputValue): number | null {
  return value === null ? null : Number(value);
}

function outputsOf(body: unknown): readonly OutputTensor[] {
  const outputs = isObject(body) ? body['outputs'] : undefined;
  if (!Array.isArray(outputs) || outputs.length === 0) throw new Error('answered without outputs');
  return outputs.map((output: unknown) => {
    const { name, data } = isObject(output) ? output : {};
    if (typeof name !== 'string' || !Array.isArray(data)) {
      throw new Error('answered with an output that has no name or no data');
    }
    return { name, data };
  });
}

function pick(
  outputs: readonly OutputTensor[],
  { output, probabilities }: ModelServer,
  signature: ModelSignature,
): OutputTensor {
  if (output !== undefined) {
    const named = outputs.find(({ name }) => name === output);
    if (named !== undefined) return named;
    throw new Error(`has no output ${output}, only ${namesOf(outputs)}`);
  }
  const others = outputs.filter(({ name }) => name !== probabilities);
  const [only] = others;
  const found =
    others.find(({ name }) => name === signature.output.name) ??
    (others.length === 1 ? only : others.find(({ name }) => USUAL_NAMES.includes(name)));
  if (found !== undefined) return found;
  throw new Error(
    `has the outputs ${namesOf(outputs)}: which is the prediction is not said (server.output)`,
  );
}

function namesOf(outputs: readonly OutputTensor[]): string {
  return outputs.map(({ name }) => name).join(', ');
}

/** One value a row, whether the data is flat or nested by rows. */
function valuesOf({ name, data }: OutputTensor, rows: number): readonly unknown[] {
  if (data.length !== rows)
    throw new Error(`gave ${data.length} values of ${name} for ${rows} rows`);
  return data;
}

/** A list a row, whether the data is flat or nested by rows. */
function rowsOf({ name, data }: OutputTensor, rows: number): readonly unknown[] {
  const flat = data.flat(Number.POSITIVE_INFINITY);
  const width = flat.length / rows;
  if (!Number.isInteger(width))
    throw new Error(`gave ${flat.length} values of ${name} for ${rows} rows`);
  return Array.from({ length: rows }, (_, row) => flat.slice(row * width, (row + 1) * width));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
