import type { JsonObject, JsonValue, ModelSignature } from '../../contracts/index.js';
import { type Hour, readHours } from '../../demo/weeks.js';

/** One hour of the example's data, as a client of the model would send it. */
export type HourRow = Hour['request'];

const DATATYPE = {
  number: 'FP64',
  integer: 'INT64',
  boolean: 'BOOL',
  string: 'BYTES',
  timestamp: 'BYTES',
} as const;

/** The row as the Open Inference Protocol has it, one tensor a column. */
export function inferBody(row: HourRow, { inputs, context }: ModelSignature) {
  const tensors = [...inputs, ...context].map(({ name, kind }) => {
    return { name, datatype: DATATYPE[kind], shape: [1], data: [row[name] ?? null] };
  });
  return { inputs: tensors };
}

/** One hour of the example's data as both protocols ask for its prediction. */
export interface OneRow {
  readonly protocol: string;
  readonly path: string;
  readonly body: string;
}

/** @throws Error when the gateway does not know the model */
export async function oneRowRequests(address: string, model: string): Promise<readonly OneRow[]> {
  const [hour] = await readHours();
  if (hour === undefined) throw new Error('the example has no data');
  const { inputs } = (await askJson(`${address}/v2/models/${model}`)) as unknown as Metadata;
  const tensors = inputs.map(({ name, datatype }): JsonObject => {
    return { name, datatype, shape: [1], data: [hour.request[name] ?? null] };
  });
  return [
    row('/v2 infer', `/v2/models/${model}/infer`, { inputs: tensors }),
    row('/invocations', `/models/${model}/invocations`, { dataframe_records: [hour.request] }),
  ];
}

interface Metadata {
  readonly inputs: readonly { readonly name: string; readonly datatype: string }[];
}

function row(protocol: string, path: string, body: JsonObject): OneRow {
  return { protocol, path, body: JSON.stringify(body) };
}

async function askJson(url: string): Promise<JsonValue> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as JsonValue;
}
