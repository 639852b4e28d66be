import { join } from 'node:path';
import type { PythonSetup } from './step-environment.js';

/**
 * The Python that the environment names, as commands are given it; nothing where it names none.
 *
 * @param packageRoot - where millrace is installed
 */
export function namedPython(
  env: NodeJS.ProcessEnv,
  packageRoot: string,
): { readonly python?: PythonSetup } {
  const executable = env['MILLRACE_PYTHON'] ?? '';
  return executable === ''
    ? {}
    : { python: { executable, directory: join(packageRoot, 'python') } };
}
