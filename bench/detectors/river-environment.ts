import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { findPython } from '../../setup/find-python.mjs';
import { cacheDirectory, packageRoot } from '../../setup/places.mjs';

export const run = promisify(execFile);

/** Where this bench's Python files are: they are not compiled. */
export function benchFile(name: string): string {
  return join(packageRoot(), 'bench', 'detectors', name);
}

/**
 * Python with River, in a virtual environment of its own that is made once and kept under the cache
 * directory: beside its place, then renamed there.
 *
 * @returns the executable
 */
export async function riverPython(
  env: NodeJS.ProcessEnv,
  note: (text: string) => void,
): Promise<string> {
  const python = await findPython(env);
  const requirements = benchFile('requirements.txt');
  const key = createHash('sha256')
    .update(`${readFileSync(requirements, 'utf8')}\n${python.version}\n${process.arch}`)
    .digest('hex')
    .slice(0, 16);
  const directory = join(cacheDirectory(env), 'bench', `detectors-${key}`);
  const executable = join(directory, 'bin', 'python');
  if (existsSync(executable)) return executable;
  note('installing River');
  mkdirSync(dirname(directory), { recursive: true });
  const beside = `${directory}.${process.pid}`;
  try {
    await run(python.executable, ['-m', 'venv', beside], { env });
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
    await run(join(beside, 'bin', 'python'), [...pip, '-r', requirements], { env });
    renameSync(beside, directory);
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
  return executable;
}
