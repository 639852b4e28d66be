import { type Metrics, MillraceError } from '../../../contracts/index.js';
import {
  measureClassification,
  measureRegression,
} from '../../../monitoring/drift/performance/metrics/index.js';
import type { Column, Table } from '../../../storage/tabular/table.js';
import type { ServedModel } from '../served-model.js';

/** What a model is worth on a labelled table. */
export interface TableMeasurement {
  readonly metrics: Metrics;
  /** Rows that have a label: the others are left out. */
  readonly rows: number;
}

/**
 * Asks a model every row of a table and compares its answers with the labels.
 *
 * @param target - name of the column that holds the labels
 * @throws MillraceError `InvalidInput` when a column is missing or of another kind than the model
 * takes, or no row has a label
 */
export async function measureTable(
  model: ServedModel,
  table: Table,
  target: string,
  signal?: AbortSignal,
): Promise<TableMeasurement> {
  const column = table.columns.find(({ name }) => name === target);
  if (column === undefined) {
    throw new MillraceError(
      'InvalidInput',
      `the table has no column ${target} to compare predictions with`,
      `its columns are: ${table.columns.map(({ name }) => name).join(', ')}`,
    );
  }
  const labelled = labelledRows(column, table.rows);
  if (labelled.length === 0) {
    throw new MillraceError('InvalidInput', `no row of the table has a value of ${target}`);
  }
  const answers = await model.predictTable(table, signal);
  if (answers.task === 'regression') {
    const labels = numericLabels(column);
    const metrics = measureRegression({
      labels: pick(labels, labelled),
      predictions: pick(answers.values, labelled),
    });
    return { metrics, rows: labelled.length };
  }
  const width = answers.classes.length;
  const probabilities = new Float64Array(labelled.length * width);
  labelled.forEach((row, at) => {
    probabilities.set(answers.probabilities.subarray(row * width, (row + 1) * width), at * width);
  });
  const metrics = measureClassification({
    classes: answers.classes,
    labels: pick(classIndexes(column, answers.classes), labelled),
    predictions: pick(answers.classIndexes, labelled),
    probabilities,
  });
  return { metrics, rows: labelled.length };
}

/**
 * The labels of a column as indexes into a model's classes; −1 where the model does not know the
 * class or the label is missing.
 */
export function classIndexes(
  column: Column,
  classes: readonly (string | number | boolean)[],
): Int32Array {
  const indexes = new Map<string | number, number>();
  for (const [index, value] of classes.entries()) {
    indexes.set(typeof value === 'boolean' ? Number(value) : value, index);
  }
  return Int32Array.from(
    { length: column.values.length },
    (_, row) => indexes.get(column.values[row] ?? '') ?? -1,
  );
}

function labelledRows(column: Column, rows: number): readonly number[] {
  const labelled: number[] = [];
  for (let row = 0; row < rows; row += 1) {
    const value = column.values[row];
    if (value !== null && value !== undefined && !Number.isNaN(value)) labelled.push(row);
  }
  return labelled;
}

function numericLabels(column: Column): Float64Array {
  if (column.kind !== 'string') return column.values;
  throw new MillraceError(
    'InvalidInput',
    `column ${column.name} holds text, a regression is measured against numbers`,
  );
}

function pick(values: ArrayLike<number>, rows: readonly number[]): Float64Array {
  return Float64Array.from(rows, (row) => values[row] ?? Number.NaN);
}
