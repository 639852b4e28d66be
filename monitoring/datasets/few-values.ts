import { MAX_DISCRETE_VALUES } from '../drift/index.js';

/** A column's values with their rows. */
interface WeightedValues {
  readonly values: Float64Array;
  readonly weights: Float64Array | null;
}

/**
 * Value → rows on both sides; `null` where there are more than {@link MAX_DISCRETE_VALUES} values
 * together, which shows after a few rows of most columns.
 */
export function countsOfFew(
  reference: WeightedValues,
  current: WeightedValues,
): { readonly reference: Map<string, number>; readonly current: Map<string, number> } | null {
  const known: number[] = [];
  const counts = [reference, current].map(({ values, weights }) => {
    const rows: number[] = [];
    let slot = 0;
    for (let i = 0; i < values.length; i += 1) {
      const value = values[i] ?? 0;
      // Equal values often follow one another.
      if (known[slot] !== value) slot = known.indexOf(value);
      if (slot < 0) {
        slot = known.push(value) - 1;
        if (known.length > MAX_DISCRETE_VALUES) return null;
      }
      rows[slot] = (rows[slot] ?? 0) + (weights === null ? 1 : (weights[i] ?? 0));
    }
    return rows;
  });
  const [before, now] = counts;
  if (before == null || now == null) return null;
  return { reference: named(known, before), current: named(known, now) };
}

function named(values: readonly number[], rows: readonly number[]): Map<string, number> {
  const ascending = values.map((value, slot) => ({ value, rows: rows[slot] ?? 0 }));
  ascending.sort((a, b) => a.value - b.value);
  return new Map(
    ascending.filter((entry) => entry.rows > 0).map((entry) => [String(entry.value), entry.rows]),
  );
}
