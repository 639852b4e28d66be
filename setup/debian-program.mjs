import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { withLock } from './lock.mjs';
import { cacheDirectory } from './places.mjs';
import { runCommand } from './run-command.mjs';

/**
 * A program that is no npm package, and that nothing fails for want of.
 *
 * @typedef {object} DebianProgram
 * @property {string} title - `Chromium`
 * @property {string} package - Debian's
 * @property {readonly string[]} names - that distributions install it by
 * @property {string} variable - of the environment, which names another one
 */

/**
 * Where a program is, or why there is none.
 *
 * @typedef {{executable: string} | {reason: string}} Located
 */

const INSTALL_LIMIT_SECONDS = 240;
const UPDATE_LIMIT_SECONDS = 60;

/**
 * Finds a program without starting it: what its variable names, then what is on `PATH`.
 *
 * @param {DebianProgram} program
 * @param {NodeJS.ProcessEnv} env
 * @returns {Located}
 */
export function locateProgram({ title, names, variable }, env) {
  const named = env[variable];
  if (named !== undefined && named !== '') {
    return isExecutable(named)
      ? { executable: named }
      : { reason: `${variable} is ${named}, where there is no program` };
  }
  const directories = (env['PATH'] ?? '').split(delimiter).filter((directory) => directory !== '');
  const found = names
    .flatMap((name) => directories.map((directory) => join(directory, name)))
    .find(isExecutable);
  return found === undefined
    ? { reason: `no ${title}: install one, or name it in ${variable}` }
    : { executable: found };
}

/**
 * Finds a program, or installs Debian's where this process may. It never fails a set-up: who needs
 * the program does without where there is none.
 *
 * @param {DebianProgram} program
 * @param {NodeJS.ProcessEnv} env
 * @param {import('./progress.mjs').StepReporter} reporter
 * @returns {Promise<Located>}
 */
export async function ensureProgram(program, env, reporter) {
  const found = locateProgram(program, env);
  if ('executable' in found || env[program.variable] || !mayInstall()) return found;
  const directory = join(cacheDirectory(env), program.package);
  const onWait = (/** @type {number} */ owner) =>
    reporter.working(`another set-up (process ${owner}) is installing`);
  try {
    return await withLock(`${directory}.lock`, onWait, async () => {
      const made = locateProgram(program, env);
      if ('executable' in made) return made;
      reporter.working(`installing the package ${program.package}`);
      await install(program, directory, env);
      return locateProgram(program, env);
    });
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { reason: `no ${program.title}, and it could not be installed: ${problem}` };
  }
}

/**
 * @param {DebianProgram} program
 * @param {string} directory - of the logs
 * @param {NodeJS.ProcessEnv} env
 */
async function install(program, directory, env) {
  /** @param {[string, ...string[]]} args */
  const aptGet = (args) => {
    const limit = args[0] === 'update' ? UPDATE_LIMIT_SECONDS : INSTALL_LIMIT_SECONDS;
    return runCommand(
      ['timeout', '--kill-after=10', String(limit), 'apt-get', '--quiet', ...args],
      {
        log: join(directory, `${args[0]}.log`),
        cwd: '/',
        env: { ...env, DEBIAN_FRONTEND: 'noninteractive' },
        failure: `apt-get ${args[0]} failed`,
        hint: `install ${program.title}, or name one in ${program.variable}`,
      },
    );
  };
  try {
    await aptGet(['install', '--yes', '--no-install-recommends', program.package]);
  } catch {
    // A machine made from an image has no package lists, or old ones.
    await aptGet(['update']);
    await aptGet(['install', '--yes', '--no-install-recommends', program.package]);
  }
}

/** Root of a Debian: elsewhere a package may have another name, or be of another package manager. */
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
