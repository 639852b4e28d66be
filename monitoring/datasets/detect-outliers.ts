import { MillraceError, type OutlierReport } from '../../contracts/index.js';
import { findOutlierMethod, type MultivariateData, type OutlierOptions } from '../drift/index.js';
import { isolateInPython } from './python/isolate-in-python.js';
import type { PythonAccess } from './python/python-access.js';

export interface DetectOutliersOptions extends OutlierOptions, PythonAccess {}

/**
 * Rows of both data sets that do not look like the reference's, here or in Python.
 *
 * @param method - a name of `OUTLIER_METHODS`
 * @throws MillraceError `InvalidInput` on an unknown method (the message lists them), one that does
 * not take this form of data, or an option out of range; `EnvironmentMissing` without Python
 * @example (await detectOutliers('mahalanobis', reference, current)).current.rate; // 0.012
 */
export async function detectOutliers(
  method: string,
  reference: MultivariateData,
  current: MultivariateData,
  options: DetectOutliersOptions = {},
): Promise<OutlierReport> {
  try {
    const found = findOutlierMethod(method);
    if (found.runsIn === 'typescript') return found.judge(reference, current, options);
    return await isolateInPython(reference, current, options);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new MillraceError('InvalidInput', error.message, undefined, { cause: error });
  }
}
