import { join } from 'node:path';
import { pythonEnvironment } from '../../setup/pinned-environment.mjs';
import { packageRoot } from '../../setup/places.mjs';
import type { Cli } from '../command.js';
import { setupProblem } from '../stack/installed.js';

/**
 * Python with what explains models, which most installations never need: installed when it is first
 * asked for.
 *
 * @throws MillraceError `EnvironmentMissing` with what pip said
 */
export async function explainingPython(
  cli: Cli,
): Promise<{ readonly executable: string; readonly directory: string }> {
  const directory = join(packageRoot(), 'python');
  try {
    const executable = await pythonEnvironment(join(directory, 'requirements-explaining.txt'), {
      env: cli.env,
      complete: true,
      note: (text) => cli.out.note(text),
    });
    return { executable, directory };
  } catch (error) {
    throw setupProblem(error);
  }
}
