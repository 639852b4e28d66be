import { MillraceError } from '../../contracts/index.js';
import type { ClassifiedRows } from '../../monitoring/drift/estimation/index.js';
import type { Column } from '../../storage/tabular/index.js';
import type { EstimateRequest } from './estimate-request.js';
import {
  columnOf,
  type EstimateTables,
  type NamedTable,
  numbersOf,
  probabilityColumn,
} from './estimate-tables.js';

export interface ClassifiedTables {
  /** Of two, the second is the positive one. */
  readonly classes: readonly string[];
  readonly reference: ClassifiedRows;
  readonly analysis: ClassifiedRows;
}

/**
 * Reads both tables as rows that a classifier answered. Classes are the values of the label in the
 * reference.
 *
 * @throws MillraceError `InvalidInput` on labels or predictions that do not fit together, a class
 * without probability, or a probability outside [0, 1] (its row is named)
 */
export function classifiedTables(
  request: EstimateRequest,
  { reference, analysis }: EstimateTables,
): ClassifiedTables {
  const label = request.label ?? '';
  const keys = keysOf([reference, analysis], [label, request.prediction ?? label]);
  const classes = classesOf(request, reference, keys);
  const columns = probabilityColumns(request, reference, classes);
  const rowsOf = (named: NamedTable): ClassifiedRows => ({
    probabilities: probabilitiesOf(named, columns, classes.length),
    ...(request.prediction !== undefined && {
      predictions: indexesOf(named, request.prediction, classes, keys, 'prediction'),
    }),
    ...(named.table.columns.some(({ name }) => name === label) && {
      labels: indexesOf(named, label, classes, keys, 'label'),
    }),
  });
  return { classes, reference: rowsOf(reference), analysis: rowsOf(analysis) };
}

type KeyOf = (column: Column, row: number) => string | null;

/** Values as text that can be compared: `true` and 1 are the same where a column holds booleans. */
function keysOf(tables: readonly NamedTable[], names: readonly string[]): KeyOf {
  const booleans = tables.some(({ table }) =>
    table.columns.some(({ name, kind }) => names.includes(name) && kind === 'boolean'),
  );
  return (column, row) => {
    if (column.kind !== 'string') {
      const value = column.values[row] ?? Number.NaN;
      return Number.isNaN(value) ? null : String(value);
    }
    const value = column.values[row] ?? null;
    if (!booleans || value === null) return value;
    return { true: '1', false: '0' }[value.toLowerCase()] ?? value;
  };
}

function distinct(named: NamedTable, name: string, keyOf: KeyOf): readonly string[] {
  const column = columnOf(named, name);
  const found = new Set<string>();
  for (let row = 0; row < named.table.rows; row += 1) {
    const key = keyOf(column, row);
    if (key !== null) found.add(key);
  }
  const all = [...found];
  const numeric = all.every((key) => Number.isFinite(Number(key)));
  return numeric ? all.sort((a, b) => Number(a) - Number(b)) : all.sort();
}

function classesOf(
  request: EstimateRequest,
  reference: NamedTable,
  keyOf: KeyOf,
): readonly string[] {
  const label = request.label ?? '';
  const labels = distinct(reference, label, keyOf);
  if (labels.length === 0) {
    throw new MillraceError(
      'InvalidInput',
      `column ${label} of ${reference.name} holds no label`,
      'an estimate learns from a labelled reference',
    );
  }
  if (labels.length > 2 && request.probability.length === 1 && request.positive === undefined) {
    const shown = labels.slice(0, 5).join(', ');
    throw new MillraceError(
      'InvalidInput',
      `column ${label} of ${reference.name} has ${labels.length} classes (${shown}${labels.length > 5 ? ', …' : ''}) and one column of probabilities is named`,
      'name one for each class: --probability CLASS=COLUMN',
    );
  }
  if (labels.length > 2 && request.probability.length > 1) {
    if (request.positive === undefined) return labels;
    throw new MillraceError(
      'InvalidInput',
      `--positive has no meaning with ${labels.length} classes: metrics are the mean over them`,
    );
  }
  const both = labels.length === 2 ? labels : withTheOther(labels, request, reference, keyOf);
  const asked = request.positive ?? both[1] ?? '';
  const positive = both.find((key) => key === asked || key === BOOLEAN_KEYS[asked.toLowerCase()]);
  if (positive !== undefined) return [...both.filter((key) => key !== positive), positive];
  throw new MillraceError(
    'InvalidInput',
    `--positive ${asked} is no class of ${label}; it has ${labels.join(', ')}`,
  );
}

const BOOLEAN_KEYS: Readonly<Record<string, string>> = { true: '1', false: '0' };

/** The second class of labels that have one: from the predictions, or of 0 and 1 the other. */
function withTheOther(
  labels: readonly string[],
  request: EstimateRequest,
  reference: NamedTable,
  keyOf: KeyOf,
): readonly string[] {
  const said =
    request.prediction === undefined ? [] : distinct(reference, request.prediction, keyOf);
  const all = [...new Set([...labels, ...said])];
  if (labels.length === 1 && all.length === 2) return all.sort();
  if (labels.length === 1 && (labels[0] === '0' || labels[0] === '1')) return ['0', '1'];
  throw new MillraceError(
    'InvalidInput',
    `column ${request.label} of ${reference.name} has ${labels.length} classes (${labels.slice(0, 5).join(', ')}), and one column of probabilities is of two`,
    labels.length === 1
      ? 'a reference has rows of every class'
      : 'name one for each class: --probability CLASS=COLUMN',
  );
}

/** For each class the column of its probability; of two classes with one column, the second's. */
function probabilityColumns(
  request: EstimateRequest,
  reference: NamedTable,
  classes: readonly string[],
): ReadonlyMap<number, string> {
  const columns = new Map<number, string>();
  if (classes.length === 2 && request.probability.length === 1) {
    return columns.set(1, probabilityColumn(request.probability[0] ?? '', reference.table));
  }
  for (const text of request.probability) {
    const column = probabilityColumn(text, reference.table);
    const index = classes.indexOf(classNamedBy(text, column, classes));
    if (index === -1 || columns.has(index)) {
      throw new MillraceError(
        'InvalidInput',
        index === -1
          ? `nothing says which class --probability ${text} is of`
          : `two columns of probabilities are of class ${classes[index]}: ${columns.get(index)} and ${column}`,
        `write CLASS=COLUMN, such as --probability ${classes[0]}=${column}; classes are ${classes.join(', ')}`,
      );
    }
    columns.set(index, column);
  }
  const without = classes.filter((_, index) => !columns.has(index));
  if (without.length === 0) return columns;
  throw new MillraceError(
    'InvalidInput',
    `no column of probabilities for class ${without.join(', ')}`,
    'name one for each class: --probability CLASS=COLUMN',
  );
}

/** `CLASS=COLUMN` says it; else the column is the class's name, or ends with it (`proba_cat`). */
function classNamedBy(text: string, column: string, classes: readonly string[]): string {
  if (text !== column) return text.slice(0, text.length - column.length - 1);
  const ending = classes
    .filter((name) => column === name || new RegExp(`[^A-Za-z0-9]${escaped(name)}$`).test(column))
    .sort((a, b) => b.length - a.length);
  return ending[0] ?? '';
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function probabilitiesOf(
  named: NamedTable,
  columns: ReadonlyMap<number, string>,
  width: number,
): Float64Array {
  const matrix = new Float64Array(named.table.rows * width).fill(Number.NaN);
  for (const [index, column] of columns) {
    const values = numbersOf(named, column, 'probabilities');
    for (const [row, p] of values.entries()) {
      if (p < 0 || p > 1) {
        throw new MillraceError(
          'InvalidInput',
          `row ${row} of ${named.name} (counted from 0) has ${p} in column ${column}; probabilities are in [0, 1]`,
          'scores that are none can be brought there by a logistic function; their order is what counts',
        );
      }
      matrix[row * width + index] = p;
      if (columns.size === 1) matrix[row * width] = 1 - p;
    }
  }
  return matrix;
}

/** @throws MillraceError `InvalidInput` on a prediction that is no class, or labels that all are none */
function indexesOf(
  named: NamedTable,
  name: string,
  classes: readonly string[],
  keyOf: KeyOf,
  what: 'prediction' | 'label',
): Float64Array {
  const column = columnOf(named, name);
  let [known, there] = [0, 0];
  const indexes = Float64Array.from({ length: named.table.rows }, (_, row) => {
    const key = keyOf(column, row);
    if (key === null) return Number.NaN;
    const index = classes.indexOf(key);
    there += 1;
    if (index >= 0) known += 1;
    else if (what === 'prediction') {
      throw new MillraceError(
        'InvalidInput',
        `row ${row} of ${named.name} (counted from 0) is predicted ${key}, the labels are ${classes.join(', ')}`,
        '--prediction names the column of classes that the model said, --probability that of its probabilities',
      );
    }
    return index;
  });
  if (there > 0 && known === 0) {
    throw new MillraceError(
      'InvalidInput',
      `no label of ${named.name} is one of the reference's: ${classes.join(', ')}`,
      'write the classes the same way in both files',
    );
  }
  return indexes;
}
