import { MillraceError, type OutlierReport } from '../../contracts/index.js';
import type { MultivariateData } from '../drift/index.js';
import type { PythonAccess } from './compare-multivariate.js';

export interface DetectOutliersOptions extends PythonAccess {
  /** Share of the reference's rows that are let be called outliers, in (0, 0.5); default 0.01. */
  readonly rate?: number;
  /** A whole number; default 1. */
  readonly seed?: number;
}

/**
 * Rows of both data sets that do not look like the reference's.
 *
 * @param method - `mahalanobis`, `robust-mahalanobis`, `column-bounds` or `isolation-forest`
 * @throws MillraceError `InvalidInput` on an unknown method or an option out of range;
 * `EnvironmentMissing` without Python
 */
export async function detectOutliers(
  method: string,
  _reference: MultivariateData,
  _current: MultivariateData,
  _options: DetectOutliersOptions = {},
): Promise<OutlierReport> {
  throw new MillraceError('Internal', `${method} is not there yet`);
}
