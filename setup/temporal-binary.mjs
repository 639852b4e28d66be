import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { download, extractFile } from './download.mjs';
import { withLock } from './lock.mjs';
import { cacheDirectory } from './places.mjs';
import { runCommand } from './run-command.mjs';
import { SetupError } from './setup-error.mjs';
import {
  isAtLeast,
  MINIMUM_SERVER_VERSION,
  serverVersionOf,
  TEMPORAL_CLI_VERSION,
  TEMPORAL_SERVER_VERSION,
  temporalArchive,
} from './temporal-release.mjs';

const run = promisify(execFile);

/**
 * @typedef {object} TemporalBinary
 * @property {string} path - absolute path of `temporal`
 * @property {string} serverVersion - `1.29.1`
 * @property {'PATH' | 'cache'} source
 */

/**
 * Finds a `temporal` whose development server millrace can run: on `PATH`, then in the cache.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<TemporalBinary | null>} `null` when set-up has to bring it
 */
export async function locateTemporal(env) {
  for (const directory of (env['PATH'] ?? '').split(delimiter)) {
    const path = join(directory, 'temporal');
    if (directory === '' || !isExecutable(path)) continue;
    const serverVersion = await serverVersionOfBinary(path);
    if (serverVersion !== null && isAtLeast(serverVersion, MINIMUM_SERVER_VERSION)) {
      return { path, serverVersion, source: 'PATH' };
    }
  }
  const path = cachedBinary(env);
  if (!isExecutable(path)) return null;
  return { path, serverVersion: TEMPORAL_SERVER_VERSION, source: 'cache' };
}

/**
 * @param {string} path
 * @returns {Promise<string | null>} `null` when it does not run or is another program
 */
export async function serverVersionOfBinary(path) {
  try {
    const { stdout } = await run(path, ['--version'], { timeout: 20_000 });
    return serverVersionOf(stdout);
  } catch {
    return null;
  }
}

/**
 * Brings the Temporal server where it is missing: the official archive, else built by Go.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {import('./progress.mjs').StepReporter} reporter
 * @returns {Promise<TemporalBinary>}
 * @throws {SetupError} that names every way to bring it
 */
export async function ensureTemporal(env, reporter) {
  const found = await locateTemporal(env);
  if (found !== null) return found;
  const path = cachedBinary(env);
  const onWait = (/** @type {number} */ owner) =>
    reporter.working(`another set-up (process ${owner}) is bringing the server`);
  await withLock(join(cacheDirectory(env), 'temporal', 'setup.lock'), onWait, async () => {
    if (isExecutable(path)) return;
    reporter.working('downloading the official release');
    const refusal = await tryDownload(path);
    if (refusal === null) return;
    if (!(await hasGo(env))) throw missingServer(refusal);
    reporter.working('no download; building it with Go, about 4 minutes on 2 cores');
    await buildWithGo(path, env);
  });
  const serverVersion = await serverVersionOfBinary(path);
  if (serverVersion === null) {
    rmSync(path, { force: true });
    throw new SetupError(`${path} does not run on this machine`, 'put a `temporal` on PATH');
  }
  return { path, serverVersion, source: 'cache' };
}

/**
 * @param {string} path
 * @returns {Promise<string | null>} why it was not possible
 */
async function tryDownload(path) {
  const archive = temporalArchive(process.platform, process.arch);
  if (archive === null) return `there is no release for ${process.platform} ${process.arch}`;
  try {
    install(path, extractFile(await download(archive.url, archive.sha256), 'temporal'));
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/**
 * @param {string} path
 * @param {NodeJS.ProcessEnv} env
 */
async function buildWithGo(path, env) {
  const directory = join(cacheDirectory(env), 'temporal');
  const goBin = join(directory, `go.${randomUUID()}`);
  mkdirSync(goBin, { recursive: true });
  try {
    const source = `github.com/temporalio/cli/cmd/temporal@v${TEMPORAL_CLI_VERSION}`;
    await runCommand(['go', 'install', '-ldflags', '-s -w', source], {
      log: join(directory, 'go-install.log'),
      cwd: directory,
      env: { ...env, GOBIN: goBin },
      failure: 'the Temporal server could not be built',
      hint: `put a \`temporal\` with server ${MINIMUM_SERVER_VERSION} or newer on PATH, or set TEMPORAL_ADDRESS to a server that runs`,
    });
    mkdirSync(join(path, '..'), { recursive: true });
    renameSync(join(goBin, 'temporal'), path);
  } finally {
    rmSync(goBin, { recursive: true, force: true });
  }
}

/**
 * @param {string} path
 * @param {Buffer} content
 */
function install(path, content) {
  mkdirSync(join(path, '..'), { recursive: true });
  const beside = `${path}.${randomUUID()}`;
  writeFileSync(beside, content, { mode: 0o755, flush: true });
  renameSync(beside, path);
}

/** @param {NodeJS.ProcessEnv} env */
async function hasGo(env) {
  try {
    await run('go', ['version'], { env, timeout: 20_000 });
    return true;
  } catch {
    return false;
  }
}

/** @param {string} refusal */
function missingServer(refusal) {
  return new SetupError(
    `the Temporal server is not on this machine, and the official release could not be fetched (${refusal})`,
    `do one of these: put a \`temporal\` with server ${MINIMUM_SERVER_VERSION} or newer on PATH; set TEMPORAL_ADDRESS to a server that runs; install Go (https://go.dev) so that set-up can build it; or run set-up with a network`,
  );
}

/** @param {NodeJS.ProcessEnv} env */
function cachedBinary(env) {
  return join(cacheDirectory(env), 'temporal', TEMPORAL_CLI_VERSION, 'temporal');
}

/** @param {string} path */
function isExecutable(path) {
  if (!existsSync(path)) return false;
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
