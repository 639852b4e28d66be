import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pythonEnvironment } from '../../setup/pinned-environment.mjs';
import { packageRoot } from '../../setup/places.mjs';

export const run = promisify(execFile);

/** Where this bench's Python files are: they are not compiled. */
export function benchFile(name: string): string {
  return join(packageRoot(), 'bench', 'detectors', name);
}

/** Python with River. @returns the executable */
export function riverPython(env: NodeJS.ProcessEnv, note: (text: string) => void): Promise<string> {
  return pythonEnvironment(benchFile('requirements.txt'), { env, note });
}
