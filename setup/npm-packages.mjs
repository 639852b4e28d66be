import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { cacheDirectory } from './places.mjs';
import { runCommand } from './run-command.mjs';

/**
 * @typedef {object} LockedPackage
 * @property {string} [version]
 * @property {boolean} [optional]
 * @property {boolean} [devOptional]
 */

/**
 * Whether `node_modules` holds what `package-lock.json` says. npm writes its own record of what it
 * installed last, so a killed installation does not count.
 *
 * @param {string} root
 */
export function packagesAreInstalled(root) {
  const wanted = readPackages(join(root, 'package-lock.json'));
  const installed = readPackages(join(root, 'node_modules', '.package-lock.json'));
  if (wanted === null || installed === null) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    // What is for other platforms is left out there.
    if (path === '' || entry.optional === true || entry.devOptional === true) return true;
    return installed[path]?.version === entry.version && existsSync(join(root, path));
  });
}

/**
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 * @param {import('./progress.mjs').StepReporter} reporter
 */
export async function ensurePackages(root, env, reporter) {
  if (packagesAreInstalled(root)) return;
  const checkout = createHash('sha256').update(root).digest('hex').slice(0, 16);
  const onWait = (/** @type {number} */ owner) =>
    reporter.working(`another set-up (process ${owner}) is installing`);
  await withLock(join(cacheDirectory(env), 'locks', `npm-${checkout}`), onWait, async () => {
    if (packagesAreInstalled(root)) return;
    reporter.working('installing');
    await runCommand([...npm(env), 'ci', '--include=dev', '--ignore-scripts'], {
      log: join(cacheDirectory(env), 'logs', `npm-${checkout}.log`),
      cwd: root,
      // Its installation would fetch files for graphics cards; the CPU build is in the package.
      env: { ...env, ONNXRUNTIME_NODE_INSTALL: 'skip' },
      failure: 'the npm packages could not be installed',
      hint: 'read what npm says; `npm ci` in the checkout does the same by hand',
    });
  });
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {[string, ...string[]]} the npm that called this, else the one on `PATH`
 */
function npm(env) {
  const caller = env['npm_execpath'];
  return caller?.endsWith('npm-cli.js') ? [process.execPath, caller] : ['npm'];
}

/**
 * @param {string} file
 * @returns {Record<string, LockedPackage> | null}
 */
function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return null;
  }
}
