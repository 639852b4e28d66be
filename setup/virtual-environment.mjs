import { createHash, randomUUID } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { runCommand } from './run-command.mjs';

/** Written last, so that an environment that has it is whole. */
const STAMP = 'millrace.json';

/**
 * @typedef {object} EnvironmentStamp
 * @property {string} requirements - digest of the file that the packages were installed from
 * @property {string} version - of Python, `3.11.7`
 */

/**
 * Reads what an environment was made from.
 *
 * @param {string} directory
 * @returns {EnvironmentStamp | null} `null` when it is not whole, or the Python that it was made from
 * is gone
 */
export function readEnvironment(directory) {
  if (!existsSync(executableOf(directory))) return null;
  try {
    return JSON.parse(readFileSync(join(directory, STAMP), 'utf8'));
  } catch {
    return null;
  }
}

/**
 * Makes a virtual environment with the packages of a requirements file: beside its place, then
 * renamed there. To be called under a lock on `directory`; what killed builds left is removed first.
 *
 * @param {object} options
 * @param {string} options.directory - where it will stand; what stands there is not fit and goes
 * @param {string} options.requirements - the file
 * @param {import('./find-python.mjs').PythonInstallation} options.python - what it is made from
 * @param {NodeJS.ProcessEnv} options.env
 * @param {string} options.hint - what to do when pip fails
 * @param {boolean} [options.complete] - the file names what its packages need, too: pip adds nothing
 * @param {boolean} [options.compiled] - all its modules, for whoever may not write there later; else
 * each by the first program that imports it, which halves the time of the installation
 * @returns {Promise<void>}
 * @throws {import('./setup-error.mjs').SetupError} with what pip printed last
 */
export async function buildEnvironment({
  directory,
  requirements,
  python,
  env,
  hint,
  complete = false,
  compiled = true,
}) {
  removeUnfinished(directory);
  const beside = `${directory}.${randomUUID()}`;
  mkdirSync(beside, { recursive: true });
  // Variables that would make the new Python read another one's libraries.
  const { PYTHONHOME: _home, PYTHONPATH: _path, ...clean } = env;
  const shared = { cwd: dirname(requirements), env: clean };
  await runCommand([python.executable, '-m', 'venv', beside], {
    ...shared,
    log: `${directory}.venv.log`,
    failure: 'the virtual environment could not be made',
    hint: "install Python's venv module (Debian, Ubuntu: python3-venv)",
  });
  const pip = /** @type {const} */ ([executableOf(beside), '-m', 'pip']);
  const quiet = ['--no-input', '--disable-pip-version-check', '--progress-bar', 'off'];
  const options = [...(complete ? ['--no-deps'] : []), ...(compiled ? [] : ['--no-compile'])];
  await runCommand([...pip, 'install', ...quiet, ...options, '-r', requirements], {
    ...shared,
    log: `${directory}.pip.log`,
    failure: 'the Python packages could not be installed',
    hint,
  });
  const stamp = { requirements: fileDigest(requirements), version: python.version };
  writeFileSync(
    join(beside, STAMP),
    JSON.stringify({ ...stamp, python: python.executable }, null, 2),
  );
  rmSync(directory, { recursive: true, force: true });
  renameSync(beside, directory);
}

/** @param {string} directory - of an environment */
export function executableOf(directory) {
  return join(directory, 'bin', 'python');
}

/** @param {string} file */
export function fileDigest(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

/**
 * Removes what set-ups left that were killed: called under the lock, so nobody works there.
 *
 * @param {string} directory
 */
function removeUnfinished(directory) {
  const parent = dirname(directory);
  const name = basename(directory);
  for (const entry of existsSync(parent) ? readdirSync(parent) : []) {
    if (entry.startsWith(`${name}.`) && /\.[0-9a-f-]{36}$/.test(entry) && !entry.includes('lock')) {
      rmSync(join(parent, entry), { recursive: true, force: true });
    }
  }
}
