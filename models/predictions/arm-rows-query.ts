import type { DuckDBConnection } from '@duckdb/node-api';
import { type ArmQuery, answeredSql, classList, saidSql } from './arm-query.js';
import type { ArmRows } from './ports.js';

/**
 * Rows that are read for metrics that are no mean over rows: the first that were answered, so that a
 * later look has the rows of the looks before it.
 */
const MOST_ROWS = 1_000_000;

type Columns = readonly (readonly unknown[])[];

/** The labelled rows of a route: version, label and prediction, then the probabilities. */
export function readArmRows(connection: DuckDBConnection, query: ArmQuery) {
  const columns = ['version', valueSql('label', query), valueSql('prediction', query)];
  return connection.runAndReadAll(`
    WITH ${answeredSql(query)}
    SELECT ${[...columns, ...probabilitySql('probabilities', query)].join(', ')}
    FROM answered WHERE label IS NOT NULL ORDER BY id LIMIT ${MOST_ROWS}`);
}

/** The labelled rows that a shadow said something of too: the label, then what each arm said. */
export function readShadowRows(connection: DuckDBConnection, query: ArmQuery) {
  const columns = [
    valueSql('a.label', query),
    valueSql('a.prediction', query),
    ...probabilitySql('a.probabilities', query),
    valueSql('s.prediction', query),
    ...probabilitySql('s.probabilities', query),
  ];
  return connection.runAndReadAll(`
    WITH ${answeredSql(query)}, ${saidSql(query)}
    SELECT ${columns.join(', ')} FROM answered a JOIN said s USING (id)
    WHERE a.label IS NOT NULL AND s.prediction IS NOT NULL ORDER BY a.id LIMIT ${MOST_ROWS}`);
}

/** @param columns - as {@link readArmRows} reads them */
export function armRows(columns: Columns, classes: number): readonly ArmRows[] {
  const [versions = [], labels = [], predictions = [], ...probabilities] = columns;
  const rowsOf = new Map<number, number[]>();
  versions.forEach((version, row) => {
    const known = rowsOf.get(Number(version)) ?? [];
    rowsOf.set(Number(version), known);
    known.push(row);
  });
  return [...rowsOf].map(([version, rows]) => ({
    version,
    ...rowsFrom(rows, labels, predictions, probabilities.slice(0, classes)),
  }));
}

/** @param columns - as {@link readShadowRows} reads them */
export function shadowRows(columns: Columns, classes: number) {
  const [labels = [], prediction = [], ...rest] = columns;
  const rows = Array.from(labels.keys());
  return {
    champion: rowsFrom(rows, labels, prediction, rest.slice(0, classes)),
    challenger: rowsFrom(
      rows,
      labels,
      rest[classes] ?? [],
      rest.slice(classes + 1, 2 * classes + 1),
    ),
  };
}

function rowsFrom(
  rows: readonly number[],
  labels: readonly unknown[],
  predictions: readonly unknown[],
  probabilities: Columns,
): Omit<ArmRows, 'version'> {
  const width = probabilities.length;
  const flat = new Float64Array(rows.length * width);
  rows.forEach((row, at) => {
    for (let index = 0; index < width; index += 1) {
      flat[at * width + index] = numberOf(probabilities[index]?.[row]);
    }
  });
  return {
    labels: Float64Array.from(rows, (row) => numberOf(labels[row])),
    predictions: Float64Array.from(rows, (row) => numberOf(predictions[row])),
    probabilities: flat,
  };
}

function numberOf(value: unknown): number {
  return value === null || value === undefined ? Number.NaN : Number(value);
}

/** A number, or the place of a class among those that the model knows; −1: none of them. */
function valueSql(column: string, query: ArmQuery): string {
  return query.classes.length === 0
    ? `${column}::DOUBLE`
    : `coalesce(list_position(${classList(query)}, ${column}::VARCHAR), 0)::DOUBLE - 1`;
}

function probabilitySql(column: string, { classes }: ArmQuery): readonly string[] {
  return classes.map((_, index) => `${column}[${index + 1}]::DOUBLE`);
}
