import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { SetupError } from './setup-error.mjs';

const run = promisify(execFile);

/** The first is what people expect; the others are what distributions install beside an older one. */
const CANDIDATES = ['python3', 'python3.13', 'python3.12', 'python3.11', 'python'];
const MINIMUM = /** @type {const} */ ([3, 11]);

const PROBE = `
import importlib.util, json, platform, sys
print(json.dumps({
  "executable": sys.executable,
  "version": platform.python_version(),
  "venv": all(importlib.util.find_spec(m) for m in ("venv", "ensurepip")),
}))`;

/**
 * @typedef {object} PythonInstallation
 * @property {string} executable - absolute path
 * @property {string} version - `3.11.7`
 */

/**
 * Finds a Python that a virtual environment can be made from.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<PythonInstallation>}
 * @throws {SetupError} when there is none, saying what was found instead
 */
export async function findPython(env) {
  /** @type {string[]} */
  const unfit = [];
  for (const name of CANDIDATES) {
    const found = await probe(name, env);
    if (found === null) continue;
    if (!isNewEnough(found.version)) unfit.push(`${name} is ${found.version}`);
    else if (!found.venv)
      unfit.push(`${name} (${found.version}) lacks the modules venv, ensurepip`);
    else return found;
  }
  throw new SetupError(
    `no Python ${MINIMUM.join('.')} or newer was found${unfit.length === 0 ? '' : `: ${unfit.join(', ')}`}`,
    `install Python ${MINIMUM.join('.')} or newer with its venv module (Debian, Ubuntu: python3 python3-venv), or set MILLRACE_PYTHON to one that has the packages of python/requirements.txt`,
  );
}

/**
 * @param {string} name
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<PythonInstallation & {venv: boolean} | null>}
 */
async function probe(name, env) {
  try {
    const { stdout } = await run(name, ['-c', PROBE], { env, timeout: 20_000 });
    return JSON.parse(stdout);
  } catch {
    return null;
  }
}

/** @param {string} version */
function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > MINIMUM[0] || (major === MINIMUM[0] && minor >= MINIMUM[1]);
}
