import { MillraceError, type MultivariateDrift } from '../../contracts/index.js';
import {
  findMultivariateMethod,
  type MultivariateData,
  type MultivariateOptions,
} from '../drift/index.js';

/** Where millrace's Python is, and how its work is ended. */
export interface PythonAccess {
  /**
   * Called only where a method needs it: the virtual environment's Python and the directory of
   * millrace's Python programs. May throw `EnvironmentMissing`.
   */
  readonly python?: () => { readonly executable: string; readonly directory: string };
  /** Aborted: the Python process group is ended and the signal's reason thrown. */
  readonly signal?: AbortSignal;
  /** In [0, 1]. */
  readonly onProgress?: (share: number) => void;
}

export interface CompareMultivariateOptions extends MultivariateOptions, PythonAccess {
  /**
   * Column of the frame that `classifier-uncertainty` and `regressor-uncertainty` learn to predict
   * on the reference; it takes no part otherwise.
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
    throw new MillraceError('Internal', `${method} is not there yet`);
  } catch (error) {
    if (error instanceof RangeError) throw new MillraceError('InvalidInput', error.message);
    throw error;
  }
}
