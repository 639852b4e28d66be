import { MillraceError } from '../../contracts/index.js';
import type { ColumnValues } from '../../monitoring/drift/index.js';
import {
  type Column,
  describeTable,
  readTable,
  type Table,
  type TableSchema,
} from '../../storage/tabular/index.js';
import type { EstimateRequest } from './estimate-request.js';

/** A file that was read, by the name that its user gave it. */
export interface NamedTable {
  readonly name: string;
  readonly table: Table;
}

export interface EstimateTables {
  readonly reference: NamedTable;
  readonly analysis: NamedTable;
  /** In both tables, of the same kind. */
  readonly features: readonly string[];
}

/** Of this many different values in a row, text is a name of the row and no property of it. */
const IDENTIFIER_SHARE = 0.5;

/**
 * Reads what an estimate needs of both files: prediction, probabilities and label, and as features
 * all other columns that both have and that describe a row (no times, no identifiers), or those that
 * the user named.
 *
 * @throws MillraceError `InvalidInput` on a column that is not there (the nearest is named), a
 * reference without labels, or a file without rows
 */
export async function readEstimateTables(
  request: EstimateRequest,
  paths: { readonly reference: string; readonly analysis: string },
  signal: AbortSignal,
): Promise<EstimateTables> {
  if (request.label === undefined) {
    throw new MillraceError(
      'InvalidInput',
      `nothing says which column of ${request.reference} holds the labels`,
      'name it with --label: an estimate learns from a labelled reference',
    );
  }
  const [reference, analysis] = await Promise.all([
    describeTable(paths.reference, { signal }),
    describeTable(paths.analysis, { signal }),
  ]);
  const asked = [
    ...(request.prediction === undefined ? [] : [request.prediction]),
    ...request.probability.map((text) => probabilityColumn(text, reference)),
  ];
  const own = [...asked, request.label];
  const features = request.features ?? commonColumns(reference, analysis, own);
  const withLabel = analysis.columns.some(({ name }) => name === request.label);
  const read = async (path: string, name: string, columns: readonly string[]) => {
    const table = await readTable(path, { columns: [...new Set(columns)], signal });
    if (table.rows > 0) return { name, table };
    throw new MillraceError('InvalidInput', `${name} has no rows`, 'check what wrote the file');
  };
  const tables = await Promise.all([
    read(paths.reference, request.reference, [...own, ...features]),
    read(paths.analysis, request.analysis, [...(withLabel ? own : asked), ...features]),
  ]);
  const named = request.features !== undefined;
  const kept = features.filter(
    (feature) => sameKind(tables, feature, named) && (named || describesRows(tables[0], feature)),
  );
  return { reference: tables[0], analysis: tables[1], features: kept };
}

/** A column of a table that is known to have it. */
export function columnOf({ name, table }: NamedTable, column: string): Column {
  const found = table.columns.find((one) => one.name === column);
  if (found !== undefined) return found;
  throw new MillraceError('Internal', `column ${column} of ${name} was not read`);
}

/** @throws MillraceError `InvalidInput` when the column holds something else than numbers */
export function numbersOf(named: NamedTable, column: string, what: string): Float64Array {
  const found = columnOf(named, column);
  if (found.kind === 'number' || found.kind === 'integer') return found.values;
  // A column of nothing but missing values has no kind of its own.
  if (found.kind === 'string' && found.values.every((value) => value === null)) {
    return new Float64Array(found.values.length).fill(Number.NaN);
  }
  throw new MillraceError(
    'InvalidInput',
    `column ${column} of ${named.name} holds ${found.kind === 'string' ? 'text' : `${found.kind} values`}, ${what} are numbers`,
  );
}

/** A feature as the statistics take it. */
export function valuesOf(named: NamedTable, feature: string): ColumnValues {
  const column = columnOf(named, feature);
  return column.kind === 'string'
    ? { kind: 'categorical', values: column.values }
    : { kind: 'numeric', values: column.values };
}

/** The column that `--probability` names: `COLUMN`, or `CLASS=COLUMN`. */
export function probabilityColumn(
  text: string,
  { columns }: Pick<TableSchema, 'columns'> | Table,
): string {
  if (columns.some(({ name }) => name === text)) return text;
  const after = text.slice(text.indexOf('=') + 1);
  return text.indexOf('=') > 0 ? after : text;
}

function commonColumns(
  reference: TableSchema,
  analysis: TableSchema,
  own: readonly string[],
): readonly string[] {
  const there = new Set(analysis.columns.map(({ name }) => name));
  return reference.columns
    .filter(({ name, kind }) => kind !== 'timestamp' && there.has(name) && !own.includes(name))
    .map(({ name }) => name);
}

function sameKind(
  tables: readonly [NamedTable, NamedTable],
  feature: string,
  named: boolean,
): boolean {
  const [left, right] = tables.map((table) => columnOf(table, feature).kind);
  if ((left === 'string') === (right === 'string')) return true;
  if (!named) return false;
  throw new MillraceError(
    'InvalidInput',
    `feature ${feature} is ${left} in ${tables[0].name} and ${right} in ${tables[1].name}`,
  );
}

/** No text that nearly every row has its own of, no whole numbers that count the rows. */
function describesRows(reference: NamedTable, feature: string): boolean {
  const column = columnOf(reference, feature);
  if (column.kind === 'string') {
    const there = column.values.filter((value) => value !== null);
    return new Set(there).size <= Math.max(20, there.length * IDENTIFIER_SHARE);
  }
  if (column.kind !== 'integer') return true;
  return column.values.some((value, row) => row > 0 && value !== (column.values[row - 1] ?? 0) + 1);
}
