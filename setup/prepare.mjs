import { dirname, join } from 'node:path';
import { ensureBuild } from './build-package.mjs';
import { ensureCodeCache } from './bundle-programs.mjs';
import { ensurePackages } from './npm-packages.mjs';
import { isSourceCheckout, packageRoot } from './places.mjs';
import { Progress } from './progress.mjs';
import { ensurePython } from './python-environment.mjs';
import { SetupError } from './setup-error.mjs';
import { ensureTemporal } from './temporal-binary.mjs';

const MINIMUM_NODE = /** @type {const} */ ([20, 20]);

/**
 * What set-up found or made.
 *
 * @typedef {object} Prepared
 * @property {string} root - the package
 * @property {string} python - executable
 * @property {string | null} temporal - binary; `null` where `TEMPORAL_ADDRESS` names a server
 * @property {NodeJS.ProcessEnv} env - the environment in which both are found
 */

/**
 * Brings everything that millrace needs on this machine; what is there already is only checked.
 *
 * @param {object} [options]
 * @param {boolean} [options.ownServer] - bring the Temporal server even where `TEMPORAL_ADDRESS` is
 * set: the tests start servers of their own
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {Progress} [options.progress]
 * @returns {Promise<Prepared>}
 * @throws {SetupError}
 */
export async function prepare(options = {}) {
  const { ownServer = false, env = process.env, progress = new Progress(process.stderr) } = options;
  checkNode(process.versions.node);
  const root = packageRoot();
  if (isSourceCheckout(root)) {
    await progress.step('npm packages', async (reporter) => {
      await ensurePackages(root, env, reporter);
      return 'ready';
    });
    await progress.step('build', async (reporter) => {
      await ensureBuild(root, env, reporter);
      return 'ready';
    });
  } else {
    // The package comes without one. Where it may not be written, commands only start later.
    await ensureCodeCache(root, join(root, 'dist'), env).catch(() => {});
  }
  let python = '';
  await progress.step('Python', async (reporter) => {
    const found = await ensurePython(root, env, reporter);
    python = found.executable;
    return found.source === 'cache' ? found.version : `${found.executable} by MILLRACE_PYTHON`;
  });
  /** @type {string | null} */
  let temporal = null;
  const address = env['TEMPORAL_ADDRESS'];
  await progress.step('Temporal server', async (reporter) => {
    if (!ownServer && address) return `${address} by TEMPORAL_ADDRESS`;
    const found = await ensureTemporal(env, reporter);
    temporal = found.path;
    return `${found.serverVersion} from ${found.source === 'PATH' ? found.path : 'the cache'}`;
  });
  return { root, python, temporal, env: environmentWith(env, python, temporal) };
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {string} python
 * @param {string | null} temporal
 */
export function environmentWith(env, python, temporal) {
  const path = env['PATH'] ?? '';
  return {
    ...env,
    MILLRACE_PYTHON: python,
    PATH: temporal === null ? path : `${dirname(temporal)}:${path}`,
  };
}

/** @param {string} version */
export function checkNode(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor >= MINIMUM_NODE[1])) return;
  throw new SetupError(
    `this is Node ${version}; millrace needs ${MINIMUM_NODE.join('.')} or newer`,
    'install a newer Node from https://nodejs.org and run this again',
  );
}
