import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findPython } from './find-python.mjs';
import { withLock } from './lock.mjs';
import { cacheDirectory } from './places.mjs';
import { SetupError } from './setup-error.mjs';
import {
  buildEnvironment,
  executableOf,
  fileDigest,
  readEnvironment,
} from './virtual-environment.mjs';

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
    const found = readEnvironment(join(directory, name));
    if (found?.requirements === requirements) {
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
    await buildEnvironment({
      directory,
      requirements: requirementsFile(root),
      python,
      env,
      hint: 'read what pip says; without a network, set MILLRACE_PYTHON to a Python that has the packages of python/requirements.txt',
    });
    return { executable: executableOf(directory), version: python.version, source: 'cache' };
  });
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
  return fileDigest(requirementsFile(root));
}

/** @param {string} text */
function digest(text) {
  return createHash('sha256').update(text).digest('hex');
}
