import { MillraceError, type ModelSignature } from '../../contracts/index.js';
import type { Column, Table } from '../../storage/tabular/table.js';
import type { RowPredictions, TablePredictions } from './answers.js';
import type { InputRow, InputValue } from './input-row.js';
import { signatureMismatches } from './signature-mismatches.js';

/** Different answers of a model that names no classes. */
const MOST_OPEN_CLASSES = 1_000;

/**
 * The rows of a table as a model takes them, for one that is not asked by columns.
 *
 * @throws MillraceError `InvalidInput` when the table lacks an input, or has it as another kind
 */
export function rowsOfTable(signature: ModelSignature, table: Table): readonly InputRow[] {
  const mismatches = signatureMismatches(signature, table.columns);
  if (mismatches.length > 0) {
    throw new MillraceError(
      'InvalidInput',
      `the table does not fit the model: ${mismatches.join('; ')}`,
      'give the model the columns that its signature names',
    );
  }
  const columns = signature.inputs.map(({ name, kind }) => ({
    name,
    isBoolean: kind === 'boolean',
    column: table.columns.find((column) => column.name === name),
  }));
  return Array.from({ length: table.rows }, (_, row) => {
    const fields: Record<string, InputValue> = {};
    for (const { name, isBoolean, column } of columns) {
      const value = valueAt(column, row);
      fields[name] = isBoolean && value !== null ? Boolean(value) : value;
    }
    return fields;
  });
}

/**
 * Answers row by row as those of a table. Where the model gives no probabilities they are NaN, and
 * where its signature names no classes those that it gave are the classes.
 *
 * @throws MillraceError `InvalidInput` for free text: so many answers are no classes
 */
export function tableFromRows(
  { task, output }: ModelSignature,
  { predictions, probabilities }: RowPredictions,
): TablePredictions {
  if (task === 'regression') return { task, values: Float64Array.from(predictions, Number) };
  const classes = output.classes ?? [...new Set(predictions)];
  if (output.classes === undefined && classes.length > MOST_OPEN_CLASSES) throw tooManyAnswers();
  const places = new Map(classes.map((value, index) => [value, index]));
  return {
    task,
    classes,
    classIndexes: Int32Array.from(predictions, (value) => places.get(value) ?? -1),
    probabilities:
      probabilities === undefined
        ? new Float64Array(predictions.length * classes.length).fill(Number.NaN)
        : Float64Array.from(probabilities.flat()),
  };
}

function tooManyAnswers(): MillraceError {
  return new MillraceError(
    'InvalidInput',
    `the model gave more than ${MOST_OPEN_CLASSES} different answers to a table`,
    'name the classes in its signature; free text cannot be measured as classes',
  );
}

function valueAt(column: Column | undefined, row: number): InputValue {
  const value = column?.values[row] ?? null;
  return typeof value === 'number' && Number.isNaN(value) ? null : value;
}
