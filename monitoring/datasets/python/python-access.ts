import { access, constants } from 'node:fs/promises';
import { MillraceError } from '../../../contracts/index.js';

/** Where millrace's Python is, and how its work is followed and ended. */
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

const HINT = 'run `millrace setup`';

/** @throws MillraceError `EnvironmentMissing` where there is no Python that can be run */
export async function requirePython(
  { python }: PythonAccess,
  method: string,
): Promise<{ readonly executable: string; readonly directory: string }> {
  if (python === undefined) {
    throw new MillraceError(
      'EnvironmentMissing',
      `${method} runs in Python, which is not set up`,
      HINT,
    );
  }
  const found = python();
  try {
    await access(found.executable, constants.X_OK);
  } catch (cause) {
    throw new MillraceError(
      'EnvironmentMissing',
      `there is no Python at ${found.executable}`,
      HINT,
      {
        cause,
      },
    );
  }
  return found;
}
