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
import { join } from 'node:path';
import { findPython } from './find-python.mjs';
import { withLock } from './lock.mjs';
import { cacheDirectory } from './places.mjs';
import { runCommand } from './run-command.mjs';
import { SetupError } from './setup-error.mjs';

/** Written last, so that an environment that has it is whole. */
const STAMP = 'millrace.json';

/**
 * @typedef {object} PythonEnvironment
 * @property {string} executable - Python with the packages of `python/requirements.txt`
 * @property {string} version - `3.11.7`; `unknown` for one that `MILLRACE_PYTHON` names
 * @property {'MILLRACE_PYTHON' | 'cache'} source
 */

/**
 * Finds the Python that runs millrace's own steps, without starting it.
 *
 * @param {string} root - the package
 * @param {NodeJS.ProcessEnv} env - `MILLRACE_PYTHON` names another one
 * @returns {PythonEnvironment | null} `null` when set-up has not made it yet
 * @throws {SetupError} when `MILLRACE_PYTHON` names a file that does not exist
 */
export function locatePython(root, env) {
  const named = env['MILLRACE_PYTHON'];
  if (named !== undefined && named !== '') {
    if (!existsSync(named)) {
      throw new SetupError(
        `MILLRACE_PYTHON is ${named}, where there is no file`,
        'correct it, or unset it and run `millrace setup`',
      );
    }
    return { executable: named, version: 'unknown', source: 'MILLRACE_PYTHON' };
  }
  const directory = environmentsDirectory(env);
  if (!existsSync(directory)) return null;
  const requirements = requirementsDigest(root);
  for (const name of readdirSync(directory).sort()) {
    // A name with a dot is one that is being built.
    if (name.includes('.')) continue;
    const found = readStamp(join(directory, name));
    // The file exists as long as the Python that the environment was made from does.
    if (found?.requirements === requirements && existsSync(executableOf(join(directory, name)))) {
      return {
        executable: executableOf(join(directory, name)),
        version: found.version,
        source: 'cache',
      };
    }
  }
  return null;
}

/**
 * Makes the virtual environment where it is missing: beside its place, then renamed there.
 *
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 * @param {import('./progress.mjs').StepReporter} reporter
 * @returns {Promise<PythonEnvironment>}
 * @throws {SetupError} when there is no fitting Python or pip fails
 */
export async function ensurePython(root, env, reporter) {
  const found = locatePython(root, env);
  if (found !== null) return found;
  const python = await findPython(env);
  const requirements = requirementsDigest(root);
  const key = digest(`${requirements}\n${python.version}\n${process.platform}\n${process.arch}`);
  const directory = join(environmentsDirectory(env), key.slice(0, 16));
  const onWait = (/** @type {number} */ owner) =>
    reporter.working(`another set-up (process ${owner}) is installing`);
  return await withLock(`${directory}.lock`, onWait, async () => {
    const made = locatePython(root, env);
    if (made !== null) return made;
    reporter.working(`Python ${python.version}: installing packages`);
    removeUnfinished(directory);
    await build(root, env, python, requirements, directory);
    return { executable: executableOf(directory), version: python.version, source: 'cache' };
  });
}

/**
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 * @param {import('./find-python.mjs').PythonInstallation} python
 * @param {string} requirements
 * @param {string} directory
 */
async function build(root, env, python, requirements, directory) {
  const beside = `${directory}.${randomUUID()}`;
  mkdirSync(beside, { recursive: true });
  // Variables that would make the new Python read another one's libraries.
  const { PYTHONHOME: _home, PYTHONPATH: _path, ...clean } = env;
  const shared = { cwd: root, env: clean };
  await runCommand([python.executable, '-m', 'venv', beside], {
    ...shared,
    log: `${directory}.venv.log`,
    failure: 'the virtual environment could not be made',
    hint: "install Python's venv module (Debian, Ubuntu: python3-venv)",
  });
  const pip = /** @type {const} */ ([executableOf(beside), '-m', 'pip']);
  const quiet = ['--no-input', '--disable-pip-version-check', '--progress-bar', 'off'];
  await runCommand([...pip, 'install', ...quiet, '-r', requirementsFile(root)], {
    ...shared,
    log: `${directory}.pip.log`,
    failure: 'the Python packages could not be installed',
    hint: 'read what pip says; without a network, set MILLRACE_PYTHON to a Python that has the packages of python/requirements.txt',
  });
  writeFileSync(
    join(beside, STAMP),
    JSON.stringify({ requirements, version: python.version, python: python.executable }),
  );
  // What stood there is not fit (no stamp, or the Python it was made from is gone).
  rmSync(directory, { recursive: true, force: true });
  renameSync(beside, directory);
}

/**
 * Removes what set-ups left that were killed: called under the lock, so nobody works there.
 *
 * @param {string} directory
 */
function removeUnfinished(directory) {
  const parent = join(directory, '..');
  const name = directory.slice(parent.length + 1);
  for (const entry of readdirSync(parent)) {
    if (entry.startsWith(`${name}.`) && /\.[0-9a-f-]{36}$/.test(entry) && !entry.includes('lock')) {
      rmSync(join(parent, entry), { recursive: true, force: true });
    }
  }
}

/** @param {NodeJS.ProcessEnv} env */
function environmentsDirectory(env) {
  return join(cacheDirectory(env), 'python');
}

/** @param {string} root */
function requirementsFile(root) {
  return join(root, 'python', 'requirements.txt');
}

/** @param {string} root */
function requirementsDigest(root) {
  return digest(readFileSync(requirementsFile(root), 'utf8'));
}

/** @param {string} text */
function digest(text) {
  return createHash('sha256').update(text).digest('hex');
}

/** @param {string} environment */
function executableOf(environment) {
  return join(environment, 'bin', 'python');
}

/**
 * @param {string} environment
 * @returns {{requirements: string, version: string} | null}
 */
function readStamp(environment) {
  try {
    return JSON.parse(readFileSync(join(environment, STAMP), 'utf8'));
  } catch {
    return null;
  }
}
