import { MillraceError } from '../../contracts/index.js';
import { eventTimes, findColumn, selectRows } from '../../monitoring/measuring/table-columns.js';
import { type Column, readTable, type Table } from '../../storage/tabular/index.js';
import { businessColumns } from './business-columns.js';

/** Everything that happened, in order of event time, with its labels. */
export interface History {
  /** As the user named it. */
  readonly source: string;
  /** Absolute. */
  readonly path: string;
  readonly timeColumn: string;
  readonly table: Table;
  /** Event time a row in ms, ascending. */
  readonly timesMs: Float64Array;
  /** Those of the table that tell what predictions were worth; see {@link businessColumns}. */
  readonly business: readonly Column[];
}

/**
 * @throws MillraceError `InvalidInput` where the file cannot be read, or has no such time column or
 * no time in a row of it
 */
export async function readHistory(
  path: string,
  source: string,
  timeColumn: string,
  signal: AbortSignal,
): Promise<History> {
  const table = await readTable(path, { signal });
  const column = findColumn(table, timeColumn);
  if (column === undefined) {
    throw new MillraceError(
      'InvalidInput',
      `${source} has no column ${timeColumn}, which monitor.time names`,
      `its columns are: ${table.columns.map(({ name }) => name).join(', ')}`,
    );
  }
  const times = eventTimes(column);
  const bad = times.findIndex((time) => !Number.isFinite(time));
  if (bad !== -1) {
    throw new MillraceError(
      'InvalidInput',
      `${source}: the ${timeColumn} of row ${bad + 1} is missing or not a time`,
      'give every row a time such as 2011-07-01T05:00:00Z',
    );
  }
  if (table.rows === 0) throw new MillraceError('InvalidInput', `${source} has no rows`);
  const isSorted = times.every((time, row) => row === 0 || time >= (times[row - 1] ?? time));
  const history = { source, path, timeColumn };
  if (isSorted) {
    return { ...history, table, timesMs: times, business: businessColumns(table, source) };
  }
  const order = Array.from(times.keys()).sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0) || a - b);
  const ordered = selectRows(table, order);
  const timesMs = Float64Array.from(order, (row) => times[row] ?? 0);
  return { ...history, table: ordered, timesMs, business: businessColumns(ordered, source) };
}

/** The first row at or after a moment; as many as there are rows where none is. */
export function firstRowAt({ timesMs }: Pick<History, 'timesMs'>, ms: number): number {
  let low = 0;
  let high = timesMs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((timesMs[middle] ?? 0) < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The time between two rows that is most usual: the median of the steps that are none of 0. */
export function grainMs({ timesMs }: Pick<History, 'timesMs'>): number {
  const steps = timesMs
    .map((time, row) => (row === 0 ? 0 : time - (timesMs[row - 1] ?? time)))
    .filter((step) => step > 0)
    .sort();
  return steps[Math.floor(steps.length / 2)] ?? 0;
}
