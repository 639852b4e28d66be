import type { FeatureUse, ValueKind } from '../../../contracts/index.js';
import type { Column, Table } from '../../../storage/tabular/table.js';

interface FeatureColumn {
  readonly name: string;
  readonly kind: ValueKind;
}

/** The features that a model takes, each once. */
export function featureColumns(uses: readonly FeatureUse[]): readonly FeatureColumn[] {
  const all = uses.flatMap(({ definition, columns }) =>
    definition.columns.filter(({ name }) => columns.includes(name)),
  );
  return [...new Map(all.map((column) => [column.name, column])).values()];
}

/** The columns that say whose features are meant: the key columns of all views. */
export function entityColumns(uses: readonly FeatureUse[]): readonly string[] {
  return [...new Set(uses.flatMap(({ definition }) => definition.entity))];
}

/** Rows of a table as objects; what is missing is null. */
export function plainRows(
  rows: number,
  columns: readonly Column[],
): readonly { readonly [name: string]: unknown }[] {
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(columns.map((column) => [column.name, valueAt(column, row)])),
  );
}

/** The same rows as a table of these columns alone. */
export function tableOf(
  columns: readonly FeatureColumn[],
  rows: readonly { readonly [name: string]: unknown }[],
): Table {
  return {
    rows: rows.length,
    columns: columns.map(({ name, kind }): Column => {
      if (kind === 'string') {
        return { name, kind, values: rows.map(({ [name]: value }) => textOf(value)) };
      }
      return {
        name,
        kind,
        values: Float64Array.from(rows, ({ [name]: value }) => numberOf(value)),
      };
    }),
    metadata: {},
  };
}

function valueAt(column: Column, row: number): string | number | boolean | null {
  if (column.kind === 'string') return column.values[row] ?? null;
  const value = column.values[row] ?? Number.NaN;
  if (Number.isNaN(value)) return null;
  return column.kind === 'boolean' ? value === 1 : value;
}

function textOf(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}

function numberOf(value: unknown): number {
  return value === null || value === undefined ? Number.NaN : Number(value);
}
