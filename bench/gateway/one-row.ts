import type { JsonObject, JsonValue } from '../../contracts/index.js';
import { readHours } from '../../demo/weeks.js';

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
