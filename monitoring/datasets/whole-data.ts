import { MillraceError } from '../../contracts/index.js';
import { type OpenTable, readVectors } from '../../storage/tabular/index.js';
import type { FrameData, NamedColumn, VectorData } from '../drift/index.js';
import type { PlannedColumn } from './column-plan.js';

/**
 * Reads columns of numbers, booleans and text as one frame. Dates take no part: they tell any two
 * windows apart.
 *
 * @param most - of more rows, so many are read at even steps; default all
 */
export async function readFrame(
  table: OpenTable,
  planned: readonly PlannedColumn[],
  most = Number.POSITIVE_INFINITY,
): Promise<FrameData> {
  const columns = planned.filter(({ kind }) => kind !== 'date');
  const rows = await table.countRows();
  const step = Math.max(1, rows / most);
  const size = Math.ceil(rows / step);
  const frame = columns.map(({ name, kind }) =>
    kind === 'numeric' ? numbersOf(name, size) : categoriesOf(name),
  );
  let [row, next, kept] = [0, 0, 0];
  await table.scan(
    columns.map(({ name }) => name),
    (parts, length) => {
      for (; Math.floor(next) < row + length && kept < size; next += step, kept += 1) {
        const at = Math.floor(next) - row;
        for (const [index, part] of parts.entries())
          frame[index]?.put(kept, part.values[at] ?? null);
      }
      row += length;
    },
  );
  return { kind: 'frame', columns: frame.map(({ column }) => column) };
}

interface FrameColumn {
  readonly column: NamedColumn;
  put(row: number, value: number | string | null): void;
}

function numbersOf(name: string, size: number): FrameColumn {
  const values = new Float64Array(size);
  return {
    column: { name, column: { kind: 'numeric', values } },
    put(row, value) {
      values[row] = typeof value === 'number' ? value : Number.NaN;
    },
  };
}

function categoriesOf(name: string): FrameColumn {
  const values: (string | null)[] = [];
  return {
    column: { name, column: { kind: 'categorical', values } },
    put(row, value) {
      // Booleans come as 0, 1 and NaN.
      values[row] = value === null || Number.isNaN(value) ? null : String(value);
    },
  };
}

/**
 * Reads a column of vectors from both files.
 *
 * @throws MillraceError `InvalidInput` where a file has no such vectors, or they differ in length
 */
export async function readBothVectors(
  reference: string,
  current: string,
  column: string,
  signal: AbortSignal | undefined,
): Promise<readonly [VectorData, VectorData]> {
  const options = signal === undefined ? {} : { signal };
  const [before, now] = [
    await readVectors(reference, column, options),
    await readVectors(current, column, options),
  ];
  if (before.rows > 0 && now.rows > 0 && before.dimensions !== now.dimensions) {
    throw new MillraceError(
      'InvalidInput',
      `the vectors of "${column}" have ${before.dimensions} numbers in the reference and ${now.dimensions} in the current data`,
      'compare vectors of one embedding',
    );
  }
  const data = ({ rows, dimensions, values }: typeof before): VectorData => ({
    kind: 'vectors',
    name: column,
    matrix: { rows, columns: dimensions, values },
  });
  return [data(before), data(now)];
}
