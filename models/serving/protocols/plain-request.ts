/** A tensor with its values in JSON and nothing besides. */
export interface PlainTensor {
  readonly name: string;
  readonly shape: number[];
  readonly datatype: string;
  readonly data: readonly unknown[];
  readonly parameters?: undefined;
}

export interface PlainRequest {
  readonly id: string | undefined;
  readonly inputs: readonly PlainTensor[];
  readonly parameters?: undefined;
  readonly outputs?: undefined;
}

const LONGEST_ID = 256;
/** Name, shape, datatype and data. */
const TENSOR_FIELDS = 4;

/**
 * An inference in JSON that has tensors, perhaps an id, and nothing else. Nearly all are: this is all
 * that is done for them, where the schema takes longer than the model.
 *
 * @param body - of a client; anything at all
 * @returns `null` where anything is not as it should be, or may not be: then the schema says what
 */
export function plainRequest(body: unknown): PlainRequest | null {
  if (!isObject(body)) return null;
  const { id, inputs } = body;
  if (!Array.isArray(inputs) || inputs.length === 0) return null;
  const hasId = typeof id === 'string' && id.length <= LONGEST_ID;
  if ((id !== undefined && !hasId) || countFields(body) !== (hasId ? 2 : 1)) return null;
  for (const tensor of inputs) if (!isPlainTensor(tensor)) return null;
  return { id: hasId ? id : undefined, inputs };
}

/**
 * How many keys a plain request has; `null` for what is not plain, and where values are not all plain
 * either: those may have keys of their own.
 */
export function plainKeys(body: unknown): number | null {
  const request = plainRequest(body);
  if (request === null) return null;
  for (const { data } of request.inputs) {
    for (const value of data) if (typeof value === 'object' && value !== null) return null;
  }
  return request.inputs.length * TENSOR_FIELDS + (request.id === undefined ? 1 : 2);
}

function isPlainTensor(tensor: unknown): tensor is PlainTensor {
  if (!isObject(tensor) || countFields(tensor) !== TENSOR_FIELDS) return false;
  const { name, shape, datatype, data } = tensor;
  return (
    typeof name === 'string' &&
    typeof datatype === 'string' &&
    Array.isArray(data) &&
    Array.isArray(shape) &&
    shape.every((size) => Number.isSafeInteger(size) && size >= 0)
  );
}

function isObject(value: unknown): value is { readonly [field: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function countFields(value: object): number {
  let count = 0;
  for (const _ in value) count += 1;
  return count;
}
