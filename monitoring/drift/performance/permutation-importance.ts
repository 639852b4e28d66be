import type { ColumnValues } from '../samples/column-values.js';
import { seededRandom } from '../samples/seeded-random.js';
import { shuffle } from '../samples/shuffle.js';

/** Labelled rows and the model that is asked about them. */
export interface ImportanceSample {
  readonly columns: readonly { readonly name: string; readonly column: ColumnValues }[];
  readonly rows: number;
  /** Loss of each row when the model is given these columns instead of the true ones. */
  readonly lossesOf: (columns: readonly ColumnValues[]) => Promise<Float64Array>;
}

export interface ImportanceOptions {
  /** Shuffles a column, ≥ 1; default 5. */
  readonly repeats?: number;
  readonly seed?: number;
}

export interface FeatureImportance {
  readonly name: string;
  /** Mean increase of the loss when the column is shuffled, in the loss's unit; about 0 is unused. */
  readonly importance: number;
  /** The increase of each row, averaged over the shuffles: what a comparison of windows tests. */
  readonly increases: Float64Array;
}

/**
 * Permutation importance: how much worse the model gets when one column is shuffled among the rows.
 *
 * @returns in the order of the columns
 * @throws RangeError without rows, with less than one repeat, or when the model answers other rows
 * @see L. Breiman, Random Forests, 2001; A. Fisher, C. Rudin, F. Dominici, All Models Are Wrong, but
 * Many Are Useful, 2019
 */
export async function permutationImportance(
  sample: ImportanceSample,
  options: ImportanceOptions = {},
): Promise<readonly FeatureImportance[]> {
  const { repeats = 5, seed = 42 } = options;
  const { columns, rows, lossesOf } = sample;
  if (rows < 1) throw new RangeError('importance needs at least one row');
  if (!(Number.isInteger(repeats) && repeats >= 1)) {
    throw new RangeError(`${repeats} repeats: it is a whole number ≥ 1`);
  }
  const original = columns.map(({ column }) => column);
  const base = checked(await lossesOf(original), rows);
  const random = seededRandom(seed);
  const importances: FeatureImportance[] = [];
  for (const [at, { name, column }] of columns.entries()) {
    const increases = new Float64Array(rows);
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      const order = Int32Array.from({ length: rows }, (_, row) => row);
      shuffle(order, random);
      const changed = original.with(at, reorder(column, order));
      const losses = checked(await lossesOf(changed), rows);
      for (let row = 0; row < rows; row += 1) {
        const increase = (losses[row] ?? 0) - (base[row] ?? 0);
        increases[row] = (increases[row] ?? 0) + increase / repeats;
      }
    }
    const importance = increases.reduce((sum, value) => sum + value, 0) / rows;
    importances.push({ name, importance, increases });
  }
  return importances;
}

function checked(losses: Float64Array, rows: number): Float64Array {
  if (losses.length === rows) return losses;
  throw new RangeError(`the model gave ${losses.length} losses for ${rows} rows`);
}

function reorder(column: ColumnValues, order: Int32Array): ColumnValues {
  if (column.kind === 'numeric') {
    return {
      kind: 'numeric',
      values: Float64Array.from(order, (row) => column.values[row] ?? NaN),
    };
  }
  return { kind: 'categorical', values: Array.from(order, (row) => column.values[row] ?? null) };
}
