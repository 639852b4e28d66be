import { countCategories } from '../samples/column-values.js';
import { calibrate } from './calibration.js';
import { jensenShannonOfParts } from './leave-one-out.js';
import { type CategoricalProfile, TOP_CATEGORIES } from './profile.js';
import { resampledJensenShannon } from './resampling.js';
import type { WindowSplit } from './window-split.js';

/**
 * Profile of a column of categories: counts, the calibrated range of its distance, and how new
 * values have come in its normal course.
 *
 * @param values - one a row; null is missing
 * @param minRows - a window with fewer values of this column does not calibrate it
 */
export function buildCategoricalProfile(
  name: string,
  values: readonly (string | null)[],
  split: WindowSplit,
  minRows: number,
): CategoricalProfile {
  const counted = [...countCategories(values)].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const categories = counted.slice(0, TOP_CATEGORIES).map(([value, rows]) => ({ value, rows }));
  const rows = counted.reduce((sum, [, count]) => sum + count, 0);
  const otherRows = rows - categories.reduce((sum, category) => sum + category.rows, 0);
  const total = [...categories.map((category) => category.rows), otherRows];
  const windows = countsPerWindow(values, categories, split);
  const distances = jensenShannonOfParts(
    total,
    windows.filter((counts) => counts.reduce((a, b) => a + b, 0) >= minRows),
  );
  return {
    kind: 'categorical',
    name,
    rows,
    missingShare: values.length === 0 ? 0 : 1 - rows / values.length,
    categories,
    otherRows,
    distinct: counted.length,
    newValueShare: newValueShare(windows),
    calibrations:
      rows === 0
        ? []
        : [
            calibrate(
              'jensen-shannon',
              distances,
              () => resampledJensenShannon(total, split.typicalRows),
              split.typicalRows,
            ),
          ],
  };
}

/** The last count of each window is of categories past the kept ones. */
function countsPerWindow(
  values: readonly (string | null)[],
  categories: CategoricalProfile['categories'],
  split: WindowSplit,
): Float64Array[] {
  const indexOf = new Map(categories.map((category, index) => [category.value, index]));
  const windows = split.windows.map(() => new Float64Array(categories.length + 1));
  split.calibrating.forEach((window, row) => {
    const value = values[row] ?? null;
    const counts = windows[window];
    if (value === null || counts === undefined) return;
    const slot = indexOf.get(value) ?? categories.length;
    counts[slot] = (counts[slot] ?? 0) + 1;
  });
  return windows;
}

function newValueShare(windows: readonly Float64Array[]): number {
  const seen = new Set<number>();
  let largest = 0;
  for (const counts of windows) {
    const rows = counts.reduce((a, b) => a + b, 0);
    if (rows === 0) continue;
    const isFirst = seen.size === 0;
    let fresh = 0;
    counts.forEach((count, slot) => {
      if (count === 0 || seen.has(slot)) return;
      fresh += count;
      seen.add(slot);
    });
    if (!isFirst) largest = Math.max(largest, fresh / rows);
  }
  return largest;
}
