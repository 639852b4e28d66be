import type { ExampleValue, ModelExample, SignatureInput } from '../../contracts/index.js';
import type { Column, NumericColumn, Table, TextColumn } from '../../storage/tabular/table.js';
import { checkRows, type ServedModel } from '../inference/index.js';

/** Where the rows of the example stand in each column of numbers. */
const QUANTILES = [0.25, 0.5, 0.75] as const;

/** A text that fewer rows have may name somebody: it is not shown where the input allows none. */
const FEWEST_ROWS = 5;

/**
 * An example request with its answer: one row a quartile, each column by itself, so that no row of
 * the data goes on a journey with the model; and a row without what may be missing.
 *
 * @param table - the hold-out, or the training data: it has a column for every input
 * @throws Error when the model cannot answer what it was made from
 * @example
 * const example = await buildExample(model, await readTable(holdout));
 * example.request.dataframe_records[1]; // { hour: 12, weather: 'clear' }: the median hour
 */
export async function buildExample(model: ServedModel, table: Table): Promise<ModelExample> {
  const { inputs } = model.signature;
  const columns = new Map(table.columns.map((column) => [column.name, column]));
  const typical = QUANTILES.map((quantile, place) =>
    rowOf(inputs, (input) => typicalValue(input, columns.get(input.name), quantile, place)),
  );
  const median = typical[1] ?? {};
  const isMissable = inputs.some(({ nullable }) => nullable);
  const sparse = rowOf(inputs, ({ name, nullable }) => (nullable ? null : (median[name] ?? null)));
  const rows = isMissable ? [...typical, sparse] : typical;
  return { format: 'millrace-example/1', ...(await answered(model, rows)) };
}

/** The answers as the gateway gives them: the rows go through the same check. */
async function answered(
  model: ServedModel,
  rows: readonly { readonly [input: string]: ExampleValue }[],
): Promise<Pick<ModelExample, 'request' | 'answer'>> {
  const check = checkRows(model.signature, rows);
  if (!check.ok) throw new Error(`the example is no request: ${check.problems.join('; ')}`);
  const answer = await model.predict(check.rows);
  // JSON has no NaN, which is what a graph may say that does not fill in what is missing.
  const finite = answer.predictions.flatMap((value, row) =>
    typeof value === 'number' && !Number.isFinite(value) ? [] : [row],
  );
  if (finite.length === 0) throw new Error('the model answers nothing to typical rows');
  const { probabilities } = answer;
  return {
    request: { dataframe_records: pick(rows, finite) },
    answer: {
      predictions: pick(answer.predictions, finite),
      ...(probabilities !== undefined && { probabilities: pick(probabilities, finite) }),
    },
  };
}

function pick<T>(all: readonly T[], places: readonly number[]): readonly T[] {
  return all.filter((_, place) => places.includes(place));
}

function rowOf(
  inputs: readonly SignatureInput[],
  choose: (input: SignatureInput) => ExampleValue,
): { readonly [input: string]: ExampleValue } {
  return Object.fromEntries(inputs.map((input) => [input.name, choose(input)]));
}

function typicalValue(
  input: SignatureInput,
  column: Column | undefined,
  quantile: number,
  place: number,
): ExampleValue {
  const found =
    column === undefined
      ? null
      : column.kind === 'string'
        ? frequentText(column, place, input.nullable)
        : quantileOf(column, quantile);
  const value = found ?? (input.nullable ? null : NEUTRAL[input.kind]);
  return input.kind === 'boolean' && value !== null ? Boolean(value) : value;
}

const NEUTRAL = { number: 0, integer: 0, boolean: false, string: 'none' } as const;

/** A value that is there, so that whole numbers stay whole; `null` in an empty column. */
function quantileOf({ values }: NumericColumn, quantile: number): number | null {
  const sorted = values.filter((value) => Number.isFinite(value)).sort();
  return sorted[Math.round(quantile * (sorted.length - 1))] ?? null;
}

function frequentText({ values }: TextColumn, place: number, mayBeMissing: boolean): string | null {
  const rows = new Map<string, number>();
  for (const value of values) {
    if (value !== null && value !== '') rows.set(value, (rows.get(value) ?? 0) + 1);
  }
  const ordered = [...rows]
    .sort(([a, rowsOfA], [b, rowsOfB]) => rowsOfB - rowsOfA || (a < b ? -1 : 1))
    .filter(([, count], index) => count >= FEWEST_ROWS || (index === 0 && !mayBeMissing));
  return ordered[place % Math.max(ordered.length, 1)]?.[0] ?? null;
}
