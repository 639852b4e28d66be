import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { findPython } from '../setup/find-python.mjs';
import { cacheDirectory } from '../setup/places.mjs';

export const run = promisify(execFile);

/**
 * Python with the packages of a bench's peers, in a virtual environment of its own that is made once
 * and kept under the cache directory: beside its place, then renamed there.
 *
 * @param name - of the bench
 * @param requirements - file that pins the packages
 * @param note - told what is being installed
 * @returns the executable
 */
export async function benchPython(
  name: string,
  requirements: string,
  env: NodeJS.ProcessEnv,
  note: (text: string) => void,
): Promise<string> {
  const python = await findPython(env);
  const key = createHash('sha256')
    .update(`${readFileSync(requirements, 'utf8')}\n${python.version}\n${process.arch}`)
    .digest('hex')
    .slice(0, 16);
  const directory = join(cacheDirectory(env), 'bench', `${name}-${key}`);
  const executable = join(directory, 'bin', 'python');
  if (existsSync(executable)) return executable;
  note(`installing the Python packages of ${name}`);
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
