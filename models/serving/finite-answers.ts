import { MillraceError } from '../../contracts/index.js';
import type { RowPredictions } from '../inference/answers.js';
import type { InputRow } from '../inference/input-row.js';
import type { ServedVersion } from './served-version.js';

/** Products of numbers beyond this leave what the model's 32 bits can hold. */
const FAR = 1e12;

/**
 * JSON has no NaN: an answer that is not a number must not become null on its way.
 *
 * @throws MillraceError `InvalidInput` where the row holds a number so large that any model would
 * compute beyond its range, else `Internal`: then the version is at fault
 */
export function requireFinite(
  { model, version }: Pick<ServedVersion, 'model' | 'version'>,
  { predictions }: RowPredictions,
  rows: readonly InputRow[],
): void {
  const row = predictions.findIndex(
    (value) => typeof value === 'number' && !Number.isFinite(value),
  );
  if (row === -1) return;
  const far = Object.entries(rows[row] ?? {}).find(
    ([, value]) => typeof value === 'number' && Math.abs(value) >= FAR,
  );
  if (far !== undefined) {
    throw new MillraceError(
      'InvalidInput',
      `field ${far[0]} of row ${row}: ${far[1]} is so large that version ${version} of ${model} has no answer`,
      'check its unit',
    );
  }
  throw new MillraceError(
    'Internal',
    `version ${version} of ${model} gave ${predictions[row]} for row ${row}`,
    'check the row for values far from what the model has learned, or roll back',
  );
}
