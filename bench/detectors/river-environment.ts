import { join } from 'node:path';
import { packageRoot } from '../../setup/places.mjs';
import { benchPython } from '../python-environment.js';

export { run } from '../python-environment.js';

/** Where this bench's Python files are: they are not compiled. */
export function benchFile(name: string): string {
  return join(packageRoot(), 'bench', 'detectors', name);
}

/** Python with River. @returns the executable */
export function riverPython(env: NodeJS.ProcessEnv, note: (text: string) => void): Promise<string> {
  return benchPython('detectors', benchFile('requirements.txt'), env, note);
}
