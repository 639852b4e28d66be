import * as z from 'zod';
import { MillraceError, type ModelSignature, type ValueKind } from '../../../contracts/index.js';
import { parseBody } from '../parse-body.js';

const tensorSchema = z.object({
  name: z.string(),
  shape: z.array(z.int().nonnegative()),
  datatype: z.string(),
  data: z.array(z.unknown()),
});

const requestSchema = z.object({
  id: z.string().max(256).optional(),
  inputs: z.array(tensorSchema).min(1),
  outputs: z.array(z.object({ name: z.string() })).optional(),
});

type Tensor = z.infer<typeof tensorSchema>;
type Row = Record<string, unknown>;

export interface InferRequest {
  /** The client's own id, to be echoed. */
  readonly id: string | undefined;
  readonly rows: readonly Row[];
  /** Names of the outputs wanted; `null` means all. */
  readonly outputs: readonly string[] | null;
}

const NUMERIC = [
  'FP64',
  'FP32',
  'INT64',
  'INT32',
  'INT16',
  'INT8',
  'UINT64',
  'UINT32',
  'UINT16',
  'UINT8',
];

/** Datatypes accepted for a column of each kind; the first is what metadata names. */
export const DATATYPES: { readonly [kind in ValueKind]: readonly string[] } = {
  number: NUMERIC,
  integer: ['INT64', ...NUMERIC.filter((type) => type !== 'INT64')],
  boolean: ['BOOL', ...NUMERIC],
  string: ['BYTES'],
  timestamp: ['BYTES', ...NUMERIC],
};

/**
 * Reads an Open Inference Protocol V2 request: one tensor a column, of shape `[N]` or `[N, 1]`,
 * all with the same N. Values are checked against the signature later, row by row.
 *
 * @throws MillraceError `InvalidInput` naming the tensor
 */
export function readInferRequest(signature: ModelSignature, body: unknown): InferRequest {
  const request = parseBody(
    requestSchema,
    body,
    'send {"inputs": [{"name", "shape": [N], "datatype", "data"}]}, one for each column',
  );
  const kinds = new Map<string, ValueKind>();
  for (const { name, kind } of signature.inputs) kinds.set(name, kind);
  for (const { name, kind } of signature.context) kinds.set(name, kind);
  const rows = Array.from({ length: request.inputs[0]?.shape[0] ?? 0 }, (): Row => ({}));
  const seen = new Set<string>();
  for (const tensor of request.inputs) {
    if (seen.has(tensor.name)) throw bad(`input ${tensor.name} is given twice`);
    seen.add(tensor.name);
    addColumn(rows, tensor, kinds);
  }
  const outputs = request.outputs?.map(({ name }) => name) ?? [];
  return { id: request.id, rows, outputs: outputs.length === 0 ? null : outputs };
}

function addColumn(
  rows: readonly Row[],
  tensor: Tensor,
  kinds: ReadonlyMap<string, ValueKind>,
): void {
  const { name, shape, datatype, data } = tensor;
  const kind = kinds.get(name);
  if (kind === undefined) {
    throw bad(
      `input ${name} is not known to the model`,
      `it takes ${[...kinds.keys()].join(', ')}`,
    );
  }
  if (!DATATYPES[kind].includes(datatype)) {
    throw bad(
      `input ${name} has datatype ${datatype}, but its kind is ${kind}`,
      `send ${DATATYPES[kind].slice(0, 4).join(', ')}`,
    );
  }
  if (!(shape.length === 1 || (shape.length === 2 && shape[1] === 1))) {
    throw bad(`input ${name} has shape [${shape}]`, 'one column has shape [N] or [N, 1]');
  }
  if (shape[0] !== rows.length) {
    throw bad(`input ${name} has ${shape[0]} rows where the first input has ${rows.length}`);
  }
  // The data of a tensor may be flat or nested by rows.
  const flat = data.some(Array.isArray) ? data.flat() : data;
  if (flat.length !== rows.length) {
    throw bad(`input ${name} has ${flat.length} values where its shape says ${rows.length}`);
  }
  rows.forEach((row, index) => {
    row[name] = flat[index];
  });
}

function bad(message: string, hint?: string): MillraceError {
  return new MillraceError('InvalidInput', message, hint);
}
