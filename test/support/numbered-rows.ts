import type { Table } from '../../storage/tabular/table.js';

/** Row r: id r, a = r / 2, b = r: the linear model of the fixtures answers 2 a + b = 2 r. */
export function numberedRows(rows: number): Table {
  const column = (value: (row: number) => number) =>
    Float64Array.from({ length: rows }, (_, row) => value(row));
  return {
    rows,
    columns: [
      { name: 'id', kind: 'integer', values: column((row) => row) },
      { name: 'a', kind: 'number', values: column((row) => row / 2) },
      { name: 'b', kind: 'integer', values: column((row) => row) },
    ],
    metadata: {},
  };
}

/** The first row whose id or prediction is not as it should be; `null` where there is none. */
export function firstWrongRow({ rows, columns }: Table, expectedRows: number): string | null {
  if (rows !== expectedRows) return `${rows} rows instead of ${expectedRows}`;
  const ids = columns.find(({ name }) => name === 'id')?.values ?? [];
  const predictions = columns.find(({ name }) => name === 'prediction')?.values ?? [];
  for (let row = 0; row < rows; row += 1) {
    if (ids[row] === row && predictions[row] === 2 * row) continue;
    return `row ${row}: id ${ids[row]}, prediction ${predictions[row]}`;
  }
  return null;
}
