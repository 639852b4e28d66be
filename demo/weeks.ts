import { join } from 'node:path';
import {
  formatEventTime,
  type JsonValue,
  MillraceError,
  type TimeWindow,
} from '../contracts/index.js';
import { readTable } from '../storage/tabular/index.js';
import type { Column } from '../storage/tabular/table.js';
import { EXAMPLE_DIRECTORY } from './stage.js';

export const WEEK_MS = 7 * 86_400_000;
export const TIME_COLUMN = 'hour';
export const TARGET = 'rentals';

/** One hour of the data: what a client of the model would send, and what came of it. */
export interface Hour {
  readonly timeMs: number;
  readonly request: { readonly [column: string]: JsonValue };
  readonly rentals: number;
}

/** The shipped data, in order of time. */
export async function readHours(): Promise<readonly Hour[]> {
  const table = await readTable(join(EXAMPLE_DIRECTORY, 'data', 'bike-hours.parquet'));
  const times = numbersOf(table.columns, TIME_COLUMN);
  const rentals = numbersOf(table.columns, TARGET);
  const hours: Hour[] = [];
  for (let row = 0; row < table.rows; row += 1) {
    const timeMs = times[row] ?? Number.NaN;
    const request: Record<string, JsonValue> = { [TIME_COLUMN]: formatEventTime(timeMs) };
    for (const column of table.columns) {
      if (column.name !== TIME_COLUMN && column.name !== TARGET) {
        request[column.name] = valueAt(column, row);
      }
    }
    hours.push({ timeMs, request, rentals: rentals[row] ?? Number.NaN });
  }
  return hours.sort((a, b) => a.timeMs - b.timeMs);
}

export function weekFrom(startMs: number): TimeWindow {
  return { start: formatEventTime(startMs), end: formatEventTime(startMs + WEEK_MS) };
}

function numbersOf(columns: readonly Column[], name: string): Float64Array {
  const column = columns.find((candidate) => candidate.name === name);
  if (column === undefined || column.kind === 'string') {
    throw new MillraceError('InvalidInput', `the example data has no numbers in ${name}`);
  }
  return column.values;
}

function valueAt(column: Column, row: number): JsonValue {
  if (column.kind === 'string') return column.values[row] ?? null;
  const value = column.values[row] ?? Number.NaN;
  if (Number.isNaN(value)) return null;
  return column.kind === 'boolean' ? value === 1 : value;
}
