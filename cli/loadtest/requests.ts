import { formatEventTime, MillraceError } from '../../contracts/index.js';
import { type Column, readTable } from '../../storage/tabular/index.js';
import type { Target, TargetInput } from './target.js';

/** Requests that are made before the load begins, and sent in turn. */
const MOST_REQUESTS = 256;

export interface RequestOptions {
  readonly target: Target;
  /** Rows of one request. */
  readonly rows: number;
  /** Parquet, CSV or NDJSON; absent: values are made up by their datatypes. */
  readonly data?: string;
  readonly headers: Headers;
}

/**
 * Requests of rows from a file, one behind the other, or made up by the model's signature.
 *
 * @throws MillraceError `InvalidInput` for a file that lacks every column of the model
 */
export async function buildRequests(options: RequestOptions): Promise<readonly Buffer[]> {
  const { target, rows } = options;
  const columns =
    options.data === undefined
      ? new Map(target.inputs.map((input) => [input.name, madeUp(input)]))
      : await fileColumns(options.data, target);
  const inputs = target.inputs.filter(({ name }) => columns.has(name));
  return Array.from({ length: MOST_REQUESTS }, (_, request) => {
    const tensors = inputs.map(({ name, datatype }) => ({
      name,
      shape: [rows],
      datatype,
      data: Array.from({ length: rows }, (__, row) => columns.get(name)?.(request * rows + row)),
    }));
    return wire(target.inferUrl, options.headers, JSON.stringify({ inputs: tensors }));
  });
}

/** The value of a row; rows begin anew where a file ends. */
type ValueAt = (row: number) => unknown;

async function fileColumns(file: string, { inputs, model }: Target): Promise<Map<string, ValueAt>> {
  const table = await readTable(file);
  const wanted = new Map(inputs.map((input) => [input.name, input]));
  const found = table.columns.flatMap((column): (readonly [string, ValueAt])[] => {
    const input = wanted.get(column.name);
    return input === undefined ? [] : [[column.name, valueAt(column, input, table.rows)]];
  });
  if (found.length > 0 && table.rows > 0) return new Map(found);
  throw new MillraceError(
    'InvalidInput',
    `${file} has ${table.rows === 0 ? 'no rows' : `no column of model ${model}`}`,
    `the model takes ${inputs.map(({ name }) => name).join(', ')}`,
  );
}

function valueAt(column: Column, { datatype }: TargetInput, rows: number): ValueAt {
  if (column.kind === 'string') return (row) => column.values[row % rows] ?? null;
  const { values, kind } = column;
  return (row) => {
    const value = values[row % rows];
    if (value === undefined || Number.isNaN(value)) return null;
    if (kind === 'timestamp') return datatype === 'BYTES' ? formatEventTime(value) : value;
    return datatype === 'BOOL' ? value !== 0 : value;
  };
}

/** The same for every test, so that two of them can be compared. */
function madeUp({ datatype, context }: TargetInput): ValueAt {
  const now = new Date().toISOString();
  if (context === 'time') return () => (datatype === 'BYTES' ? now : Date.parse(now));
  if (datatype === 'BYTES') return (row) => `value-${row % 5}`;
  if (datatype === 'BOOL') return (row) => row % 2 === 0;
  return datatype.startsWith('FP') ? (row) => ((row * 37) % 1_000) / 10 : (row) => row % 24;
}

function wire(url: URL, headers: Headers, body: string): Buffer {
  const lines = [
    `POST ${url.pathname} HTTP/1.1`,
    `host: ${url.host}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    ...[...headers].map(([name, value]) => `${name}: ${value}`),
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`);
}
