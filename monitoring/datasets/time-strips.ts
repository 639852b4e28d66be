import type { TimeStrip } from '../../contracts/index.js';
import { MillraceError } from '../../contracts/index.js';
import { missingColumn, type OpenTable } from '../../storage/tabular/index.js';

/** Slices of each side's own time. */
const SLICES = 30;
/** Rows of a side that are looked at, at even steps: two thousand a slice. */
const ROWS = SLICES * 2_000;
/** The strip shows the middle four fifths of each slice. */
const QUANTILES = [0.1, 0.5, 0.9] as const;

/** One side of the strips: what is read and what it is called. */
export interface TimedSide {
  readonly table: OpenTable;
  readonly source: string;
}

/**
 * Numeric columns over time: quantiles of each slice of either side.
 *
 * @param time - column of the event time, on both sides
 * @param columns - names of numeric columns that both sides have
 * @throws MillraceError `InvalidInput` where the time column is not there or holds no times
 */
export async function timeStrips(
  reference: TimedSide,
  current: TimedSide,
  time: string,
  columns: readonly string[],
): Promise<{ readonly [name: string]: TimeStrip }> {
  const slices = [
    ...(await slicesOf(reference, 'reference', time, columns)),
    ...(await slicesOf(current, 'current', time, columns)),
  ];
  // Of slices that start together the reference's stays first.
  slices.sort((a, b) => a.startMs - b.startMs);
  return Object.fromEntries(
    columns.map((name, column) => {
      const quantiles = slices.map(({ values }) => quantilesOf(values[column] ?? []));
      return [
        name,
        {
          startMs: slices.map(({ startMs }) => startMs),
          side: slices.map(({ side }) => side),
          low: quantiles.map(([low]) => low ?? null),
          median: quantiles.map(([, median]) => median ?? null),
          high: quantiles.map(([, , high]) => high ?? null),
        },
      ];
    }),
  );
}

/** @throws MillraceError `InvalidInput` where the column is not there or holds no times */
export function checkTimeColumn({ table, source }: TimedSide, time: string): void {
  const column = table.columns.find(({ name }) => name === time);
  if (column === undefined) throw missingColumn(time, source, table.columns);
  if (column.kind === 'timestamp') return;
  throw new MillraceError(
    'InvalidInput',
    `${source}: the time column "${time}" holds values of kind ${column.kind}, not times`,
    'write times as timestamps or as text such as 2011-07-01T05:00:00Z',
  );
}

interface Slice {
  readonly startMs: number;
  readonly side: 'reference' | 'current';
  /** Of each column. */
  readonly values: readonly number[][];
}

async function slicesOf(
  { table }: TimedSide,
  side: Slice['side'],
  time: string,
  columns: readonly string[],
): Promise<readonly Slice[]> {
  const { from, to, rows } = await rangeOf(table, time);
  if (!(to >= from)) return [];
  const width = (to - from) / SLICES;
  const count = width === 0 ? 1 : SLICES;
  const slices = Array.from({ length: count }, (_, i): Slice => {
    return { startMs: from + i * width, side, values: columns.map(() => []) };
  });
  const step = Math.max(1, Math.floor(rows / ROWS));
  let row = 0;
  await table.scan([time, ...columns], ([times, ...parts], length) => {
    for (let at = (step - (row % step)) % step; at < length; at += step) {
      const ms = times?.values[at];
      if (typeof ms !== 'number' || Number.isNaN(ms)) continue;
      const slice = slices[width === 0 ? 0 : Math.min(count - 1, Math.floor((ms - from) / width))];
      for (const [index, part] of parts.entries()) {
        const value = part.values[at];
        if (typeof value === 'number' && Number.isFinite(value)) slice?.values[index]?.push(value);
      }
    }
    row += length;
  });
  return slices;
}

async function rangeOf(table: OpenTable, time: string) {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const rows = await table.scan([time], ([times]) => {
    for (const ms of times?.values ?? []) {
      if (typeof ms !== 'number') continue;
      if (ms < from) from = ms;
      if (ms > to) to = ms;
    }
  });
  return { from, to, rows };
}

function quantilesOf(values: readonly number[]): readonly number[] {
  if (values.length === 0) return [];
  const sorted = Float64Array.from(values).sort();
  return QUANTILES.map((share) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0);
}
