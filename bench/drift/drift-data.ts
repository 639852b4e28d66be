import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { literal } from '../../storage/tabular/sql-text.js';

/** Two data sets of one shape, of which every twentieth column of numbers moved a little. */
export interface DriftData {
  readonly rows: number;
  readonly columns: number;
  readonly reference: string;
  readonly current: string;
}

/** Four columns of five hold numbers, the others categories. */
const NUMERIC_SHARE = 0.8;
const SEEDS = { reference: 0.25, current: 0.75 } as const;
const MOVED_BY = 0.02;

/**
 * Writes both sides from fixed seeds: normal numbers of ten means, categories of 5 to 62 values.
 *
 * @param format - of both files
 */
export async function driftData(
  directory: string,
  rows: number,
  columns: number,
  format: 'parquet' | 'csv' = 'parquet',
): Promise<DriftData> {
  const path = (side: string) => join(directory, `${side}-${rows}x${columns}.${format}`);
  const data = { rows, columns, reference: path('reference'), current: path('current') };
  // One thread: the generator's numbers come in the order of the rows.
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    for (const side of ['reference', 'current'] as const) {
      if (existsSync(data[side])) continue;
      await connection.run(`SELECT setseed(${SEEDS[side]})`);
      await connection.run(
        `COPY (SELECT ${expressions(columns, side === 'current').join(', ')} FROM range(${rows}))
         TO ${literal(data[side])} (FORMAT ${format}${format === 'csv' ? ', HEADER' : ''})`,
      );
    }
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
  return data;
}

function expressions(columns: number, moves: boolean): readonly string[] {
  const numeric = Math.round(columns * NUMERIC_SHARE);
  return Array.from({ length: columns }, (_, i) => {
    if (i >= numeric) {
      const k = i - numeric;
      return `'category ' || CAST(floor(random() * random() * ${5 + 3 * k}) AS INTEGER) AS c${k}`;
    }
    const moved = moves && i % 20 === 0 ? MOVED_BY : 0;
    const normal = 'sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random())';
    return `${(i % 10) + moved} + ${normal} AS n${i}`;
  });
}

/**
 * Seconds that DuckDB takes to read every column of both files once and add it up: no comparison
 * can be faster.
 */
export async function floorSeconds({ reference, current }: DriftData): Promise<number> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const startedMs = performance.now();
    for (const path of [reference, current]) {
      await connection.runAndReadAll(
        `SELECT sum(hash(COLUMNS(*))) FROM read_parquet(${literal(path)})`,
      );
    }
    return (performance.now() - startedMs) / 1_000;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
