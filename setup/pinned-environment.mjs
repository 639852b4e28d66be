import { basename, dirname, join } from 'node:path';
import { findPython } from './find-python.mjs';
import { withLock } from './lock.mjs';
import { cacheDirectory } from './places.mjs';
import {
  buildEnvironment,
  executableOf,
  fileDigest,
  readEnvironment,
} from './virtual-environment.mjs';

/**
 * Python with packages that most installations never need (a peer of a bench, a client or a server
 * that a test talks to, an explainer), in a virtual environment that is made the first time somebody
 * asks and kept under the cache directory by the digest of its requirements. Processes that ask at
 * once wait for the one that builds.
 *
 * @param {string} requirementsFile - pins every package exactly
 * @param {object} [options]
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {boolean} [options.complete] - the file names what its packages need, too: pip adds nothing,
 * so what a package asks for and this use does not need is left out
 * @param {(text: string) => void} [options.note] - told what is being installed, or waited for
 * @returns {Promise<string>} the executable
 * @throws {import('./setup-error.mjs').SetupError} when there is no fitting Python or pip fails
 */
export async function pythonEnvironment(
  requirementsFile,
  { env = process.env, note = () => {}, complete = false } = {},
) {
  const found = locateEnvironment(requirementsFile, env);
  if (found !== null) return found;
  const directory = environmentDirectory(requirementsFile, env);
  const onWait = (/** @type {number} */ owner) =>
    note(`waiting for process ${owner}, which is installing the same packages`);
  return await withLock(`${directory}.lock`, onWait, async () => {
    const made = locateEnvironment(requirementsFile, env);
    if (made !== null) return made;
    const python = await findPython(env);
    note(`Python ${python.version}: installing the packages of ${requirementsFile}`);
    await buildEnvironment({
      directory,
      requirements: requirementsFile,
      python,
      env,
      complete,
      compiled: false,
      hint: 'read what pip says; these packages are fetched when they are first needed',
    });
    return executableOf(directory);
  });
}

/**
 * The same environment where it has been made, without making it.
 *
 * @param {string} requirementsFile
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string | null} the executable
 */
export function locateEnvironment(requirementsFile, env = process.env) {
  const directory = environmentDirectory(requirementsFile, env);
  return readEnvironment(directory)?.requirements === fileDigest(requirementsFile)
    ? executableOf(directory)
    : null;
}

/**
 * `…/environments/test-support-mlflow-4a58ea443cc5c000`: told apart by people by where the file is, by
 * programs by its digest.
 *
 * @param {string} requirementsFile
 * @param {NodeJS.ProcessEnv} env
 */
function environmentDirectory(requirementsFile, env) {
  const place = basename(dirname(requirementsFile));
  const file = basename(requirementsFile).replace(/\.txt$/, '');
  const name = `${place}-${file}`.replace(/[^\w-]+/g, '-').toLowerCase();
  const key = fileDigest(requirementsFile).slice(0, 16);
  return join(cacheDirectory(env), 'environments', `${name}-${process.arch}-${key}`);
}
