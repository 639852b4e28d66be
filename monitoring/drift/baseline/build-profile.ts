import type { ColumnValues } from '../samples/column-values.js';
import { buildCategoricalProfile } from './build-categorical-profile.js';
import { buildNumericProfile } from './build-numeric-profile.js';
import type { ColumnProfile } from './profile.js';
import type { WindowSplit } from './window-split.js';

/**
 * Profile of one column of the reference.
 *
 * @param split - windows of the same rows, from `splitWindows`
 * @param minRows - a window with fewer values of this column does not calibrate it
 */
export function buildColumnProfile(
  name: string,
  column: ColumnValues,
  split: WindowSplit,
  minRows: number,
): ColumnProfile {
  return column.kind === 'numeric'
    ? buildNumericProfile(name, column.values, split, minRows)
    : buildCategoricalProfile(name, column.values, split, minRows);
}
