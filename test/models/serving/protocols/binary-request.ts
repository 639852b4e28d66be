/** A tensor of the binary extension: what stands in the JSON, and its bytes. */
export interface BinaryTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly datatype: string;
  readonly bytes: Buffer;
}

export interface BinaryAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test states what it expects of the body
  readonly json: any;
  /** What follows the JSON. */
  readonly bytes: Buffer;
}

/** The JSON and the bytes of a request, as a client puts them one behind the other. */
export function binaryBody(tensors: readonly BinaryTensor[], extra: object = {}) {
  const inputs = tensors.map(({ bytes, ...tensor }) => ({
    ...tensor,
    parameters: { binary_data_size: bytes.length },
  }));
  const json = Buffer.from(JSON.stringify({ inputs, ...extra }));
  return { length: json.length, body: Buffer.concat([json, ...tensors.map(({ bytes }) => bytes)]) };
}

export async function postBinary(
  url: string,
  body: Buffer,
  headers: Record<string, string>,
): Promise<BinaryAnswer> {
  const response = await fetch(url, { method: 'POST', headers, body: new Uint8Array(body) });
  const bytes = Buffer.from(await response.arrayBuffer());
  const length = Number(response.headers.get('inference-header-content-length') ?? bytes.length);
  return {
    status: response.status,
    json: JSON.parse(bytes.toString('utf8', 0, length)),
    bytes: bytes.subarray(length),
  };
}

export function float32(...values: readonly number[]): Buffer {
  return Buffer.from(new Float32Array(values).buffer);
}

export function float64(...values: readonly number[]): Buffer {
  return Buffer.from(new Float64Array(values).buffer);
}

export function int64(...values: readonly bigint[]): Buffer {
  return Buffer.from(new BigInt64Array(values).buffer);
}

export function texts(...values: readonly string[]): Buffer {
  return Buffer.concat(
    values.map((value) => {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(Buffer.byteLength(value));
      return Buffer.concat([length, Buffer.from(value)]);
    }),
  );
}
