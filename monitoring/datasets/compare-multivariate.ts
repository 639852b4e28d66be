import { MillraceError, type MultivariateDrift } from '../../contracts/index.js';
import {
  findMultivariateMethod,
  type MultivariateData,
  type MultivariateOptions,
} from '../drift/index.js';
import { compareInPython } from './python/compare-in-python.js';
import type { PythonAccess } from './python/python-access.js';

export type { PythonAccess } from './python/python-access.js';

export interface CompareMultivariateOptions extends MultivariateOptions, PythonAccess {
  /**
   * Column of the frame that `classifier-uncertainty` and `regressor-uncertainty` learn to predict
   * on the reference; for other methods it is a column like any other.
   */
  readonly target?: string;
}

/**
 * Compares all columns of two data sets together by one method, here or in Python.
 *
 * @param method - a name of `MULTIVARIATE_METHODS`
 * @param reference - a frame, or vectors of one column
 * @param current - of the same form
 * @throws MillraceError `InvalidInput` on an unknown method (the message lists them), one that does
 * not take this form of data, or an option out of range; `EnvironmentMissing` without Python
 * @example
 * const { verdict } = await compareMultivariate('mmd', reference, current, { seed: 7 });
 */
export async function compareMultivariate(
  method: string,
  reference: MultivariateData,
  current: MultivariateData,
  options: CompareMultivariateOptions = {},
): Promise<MultivariateDrift> {
  try {
    const found = findMultivariateMethod(method);
    if (found.runsIn === 'typescript') return found.compare(reference, current, options);
    const isVectors = reference.kind === 'vectors' && current.kind === 'vectors';
    if (isVectors && found.compareVectors !== undefined) {
      return found.compareVectors(reference, current, options);
    }
    return await compareInPython(found, reference, current, options);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new MillraceError('InvalidInput', error.message, undefined, { cause: error });
  }
}
