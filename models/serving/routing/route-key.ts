import type { IncomingHttpHeaders } from 'node:http';
import type { TrafficRoute } from '../../../contracts/index.js';
import { parseCsv } from '../protocols/csv.js';

/** By which a client keeps its arm where the route names no column. */
export const ROUTE_KEY_HEADER = 'x-millrace-route-key';

const MOST_KEY_CHARACTERS = 256;

/**
 * What decides on the arm of a request: the value of the route's column in its first row, else the
 * header. A request is answered by one version, so the rows after the first go with it.
 *
 * @param body - as it came, not checked yet
 * @returns `null` where the request carries neither: it is assigned by its own id
 */
export function routeKey(
  { stickyBy }: Pick<TrafficRoute, 'stickyBy'>,
  headers: IncomingHttpHeaders,
  body: unknown,
): string | null {
  const value = stickyBy === null ? null : firstValue(body, stickyBy);
  if (value !== null) return value;
  const header = headers[ROUTE_KEY_HEADER];
  return typeof header === 'string' && header !== '' ? header.slice(0, MOST_KEY_CHARACTERS) : null;
}

/** Of the first row, in any of the forms in which a request for predictions may come. */
function firstValue(body: unknown, column: string): string | null {
  if (typeof body === 'string') {
    const [header = [], row = []] = parseCsv(body.split('\n', 2).join('\n'));
    return keyText(row[header.indexOf(column)]);
  }
  if (!isObject(body)) return null;
  const { inputs, dataframe_split: split, dataframe_records: records, instances } = body;
  if (Array.isArray(inputs)) {
    const tensor: unknown = inputs.find((one) => isObject(one) && one['name'] === column);
    if (isObject(tensor)) return keyText(firstOf(tensor['data']));
  }
  if (isObject(inputs)) return keyText(firstOf(inputs[column]));
  if (isObject(split) && Array.isArray(split['columns']) && Array.isArray(split['data'])) {
    const row: unknown = split['data'][0];
    return Array.isArray(row) ? keyText(row[split['columns'].indexOf(column)]) : null;
  }
  for (const rows of [records, instances, inputs]) {
    const row: unknown = Array.isArray(rows) ? rows[0] : undefined;
    if (isObject(row)) return keyText(row[column]);
  }
  return null;
}

function firstOf(value: unknown): unknown {
  return Array.isArray(value) ? firstOf(value[0]) : value;
}

function keyText(value: unknown): string | null {
  if (typeof value === 'string' && value !== '') return value.slice(0, MOST_KEY_CHARACTERS);
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
