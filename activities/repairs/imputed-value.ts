import type { ImputeRepair, SignatureInput } from '../../contracts/index.js';
import type { ColumnProfile } from '../../monitoring/drift/baseline/index.js';

/**
 * What fills a column where it is missing: the median of numbers, the most frequent category of
 * anything else, over the training data.
 *
 * @returns `null` where the profile has no value of that kind
 * @example imputedValue("number", profile.features[0]); // 0.52
 */
export function imputedValue(
  kind: SignatureInput['kind'],
  column: ColumnProfile,
): ImputeRepair['value'] | null {
  if (column.kind === 'numeric') {
    const { values } = column.sample;
    const median = medianOf(values);
    if (kind === 'boolean') return median === null ? null : median >= 0.5;
    return kind === 'string' ? null : median;
  }
  const [most] = column.categories;
  if (most === undefined) return null;
  switch (kind) {
    case 'string':
      return most.value;
    case 'boolean':
      return most.value === 'true' || most.value === '1';
    default: {
      const number = Number(most.value);
      return Number.isFinite(number) ? number : null;
    }
  }
}

/** @param ascending - finite; ±∞ may stand at the ends */
function medianOf(ascending: readonly number[]): number | null {
  const low = ascending[Math.floor((ascending.length - 1) / 2)];
  const high = ascending[Math.floor(ascending.length / 2)];
  if (low === undefined || high === undefined) return null;
  const median = low + (high - low) / 2;
  return Number.isFinite(median) ? median : null;
}
