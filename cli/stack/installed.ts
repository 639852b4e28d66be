import { join } from 'node:path';
import { MillraceError } from '../../contracts/index.js';
import { packageRoot } from '../../setup/places.mjs';
import { locatePython } from '../../setup/python-environment.mjs';
import { SetupError } from '../../setup/setup-error.mjs';
import { locateTemporal } from '../../setup/temporal-binary.mjs';

/** The programs of the two processes, as the build makes them. */
export interface StackPrograms {
  readonly worker: string;
  readonly gateway: string;
}

export function installedPrograms(): StackPrograms {
  const dist = join(packageRoot(), 'dist');
  return { worker: join(dist, 'worker.js'), gateway: join(dist, 'gateway.js') };
}

/**
 * The Python that runs the built-in steps.
 *
 * @throws MillraceError `EnvironmentMissing` when set-up has not made it
 */
export function requirePython(env: NodeJS.ProcessEnv): string {
  try {
    const found = locatePython(packageRoot(), env);
    if (found !== null) return found.executable;
  } catch (error) {
    throw setupProblem(error);
  }
  throw new MillraceError(
    'EnvironmentMissing',
    'the Python environment of millrace is not installed',
    'run `millrace setup`',
  );
}

/**
 * The Temporal server's binary and its version.
 *
 * @throws MillraceError `EnvironmentMissing` when set-up has not brought it
 */
export async function requireTemporal(
  env: NodeJS.ProcessEnv,
): Promise<{ readonly path: string; readonly serverVersion: string }> {
  const found = await locateTemporal(env);
  if (found !== null) return found;
  throw new MillraceError(
    'EnvironmentMissing',
    'the Temporal server is not installed',
    'run `millrace setup`, or set TEMPORAL_ADDRESS to a server that runs',
  );
}

/** Set-up's own errors as the commands tell them. */
export function setupProblem(error: unknown): unknown {
  if (!(error instanceof SetupError)) return error;
  const detail = error.detail === undefined ? '' : `\n${error.detail}`;
  return new MillraceError('EnvironmentMissing', `${error.message}${detail}`, error.hint, {
    cause: error,
  });
}
