import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { withLock } from './lock.mjs';
import { cacheDirectory } from './places.mjs';
import { runCommand } from './run-command.mjs';

/** Names that distributions install it by. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

const INSTALL_LIMIT_SECONDS = 240;
const UPDATE_LIMIT_SECONDS = 60;

/**
 * A Chromium that tests can open pages in, or why there is none.
 *
 * @typedef {{executable: string} | {reason: string}} Chromium
 */

/**
 * Finds a Chromium without starting it: `MILLRACE_CHROMIUM`, then what is on `PATH`.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {Chromium}
 */
export function locateChromium(env) {
  const named = env['MILLRACE_CHROMIUM'];
  if (named !== undefined && named !== '') {
    return isExecutable(named)
      ? { executable: named }
      : { reason: `MILLRACE_CHROMIUM is ${named}, where there is no program` };
  }
  const directories = (env['PATH'] ?? '').split(delimiter).filter((directory) => directory !== '');
  const found = NAMES.flatMap((name) => directories.map((directory) => join(directory, name))).find(
    isExecutable,
  );
  return found === undefined
    ? { reason: 'no Chromium: install one, or name it in MILLRACE_CHROMIUM' }
    : { executable: found };
}

/**
 * Finds a Chromium, or installs Debian's where this process may. The tests that need one are
 * skipped where there is none, so that this never fails a set-up.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {import('./progress.mjs').StepReporter} reporter
 * @returns {Promise<Chromium>}
 */
export async function ensureChromium(env, reporter) {
  const found = locateChromium(env);
  if ('executable' in found || env['MILLRACE_CHROMIUM'] || !mayInstall()) return found;
  const directory = join(cacheDirectory(env), 'chromium');
  const onWait = (/** @type {number} */ owner) =>
    reporter.working(`another set-up (process ${owner}) is installing`);
  try {
    return await withLock(`${directory}.lock`, onWait, async () => {
      const made = locateChromium(env);
      if ('executable' in made) return made;
      reporter.working('installing the package chromium');
      await install(directory, env);
      return locateChromium(env);
    });
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { reason: `no Chromium, and it could not be installed: ${problem}` };
  }
}

/**
 * @param {string} directory - of the logs
 * @param {NodeJS.ProcessEnv} env
 */
async function install(directory, env) {
  try {
    await aptGet(directory, env, ['install', '--yes', '--no-install-recommends', 'chromium']);
  } catch {
    // A machine made from an image has no package lists, or old ones.
    await aptGet(directory, env, ['update']);
    await aptGet(directory, env, ['install', '--yes', '--no-install-recommends', 'chromium']);
  }
}

/**
 * @param {string} directory
 * @param {NodeJS.ProcessEnv} env
 * @param {[string, ...string[]]} args
 */
async function aptGet(directory, env, args) {
  const limit = args[0] === 'update' ? UPDATE_LIMIT_SECONDS : INSTALL_LIMIT_SECONDS;
  await runCommand(['timeout', '--kill-after=10', String(limit), 'apt-get', '--quiet', ...args], {
    log: join(directory, `${args[0]}.log`),
    cwd: '/',
    env: { ...env, DEBIAN_FRONTEND: 'noninteractive' },
    failure: `apt-get ${args[0]} failed`,
    hint: 'install Chromium, or name one in MILLRACE_CHROMIUM',
  });
}

/** Root of a Debian: elsewhere `chromium` is a snap, or another package manager's. */
function mayInstall() {
  const file = '/etc/os-release';
  return (
    process.getuid?.() === 0 && existsSync(file) && /^ID=debian$/m.test(readFileSync(file, 'utf8'))
  );
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
