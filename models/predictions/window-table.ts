import type { NumericColumn, TextColumn } from '../../storage/tabular/table.js';

export function numericColumn(
  name: string,
  kind: NumericColumn['kind'],
  values: readonly unknown[],
): NumericColumn {
  return { name, kind, values: Float64Array.from(values, Number) };
}

/** A column of the kind that was asked for. */
export function valueColumn(
  name: string,
  kind: NumericColumn['kind'] | 'string',
  values: readonly unknown[],
): NumericColumn | TextColumn {
  return kind === 'string' ? textColumn(name, values) : numericColumn(name, kind, values);
}

function textColumn(name: string, values: readonly unknown[]): TextColumn {
  return {
    name,
    kind: 'string',
    values: values.map((value) => (value === null ? null : String(value))),
  };
}

/**
 * A column of JSON scalars (predictions, labels) as the narrowest kind that holds all of them:
 * numbers, else booleans, else text. All missing is a column of numbers.
 *
 * @param values - JSON text a row, `null` where there is none
 */
export function jsonColumn(name: string, values: readonly unknown[]): NumericColumn | TextColumn {
  const parsed = values.map((value): unknown =>
    value === null ? null : JSON.parse(String(value)),
  );
  const isMissingOr = (type: string) => (value: unknown) => value === null || typeof value === type;
  for (const [type, kind] of [
    ['number', 'number'],
    ['boolean', 'boolean'],
  ] as const) {
    if (!parsed.every(isMissingOr(type))) continue;
    return numericColumn(
      name,
      kind,
      parsed.map((value) => (value === null ? Number.NaN : value)),
    );
  }
  return textColumn(name, parsed);
}
