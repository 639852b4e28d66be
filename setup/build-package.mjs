import { createHash, randomUUID } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { bundleCommand, bundleProcesses, ensureCodeCache } from './bundle-programs.mjs';
import { fingerprint } from './fingerprint.mjs';
import { withLock } from './lock.mjs';
import { packagesAmong, writeNotices } from './notices.mjs';
import { cacheDirectory, commandFile } from './places.mjs';
import { runCommand } from './run-command.mjs';
import { BUNDLE, BUNDLED, bundledFiles, bundleWorkflows } from './workflow-bundle.mjs';

/** What lies at the top but is not built from. */
const NOT_SOURCES =
  /^(node_modules|dist.*|docs|test|python|\..*|.*\.(md|tgz|log)|LICENSE|biome\.json|vitest\..*)$/;
const STAMP = '.build.json';

/**
 * @typedef {object} BuildStamp
 * @property {string} sources - fingerprint of everything that was built
 * @property {string} bundle - fingerprint of what the workflow bundle was made from
 * @property {string} node - version of the Node that it was built by, whose code cache it holds
 */

/** @param {string} root */
export function isBuilt(root) {
  const stamp = readStamp(root);
  return stamp?.node === process.version && stamp.sources === sourcesFingerprint(root);
}

/**
 * Builds `dist/` unless it is of these sources already: the compiled modules with their types, the
 * bundled command line, the workflow bundle and the JSON Schema.
 *
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 * @param {import('./progress.mjs').StepReporter} reporter
 */
export async function ensureBuild(root, env, reporter) {
  if (isBuilt(root)) return;
  const checkout = createHash('sha256').update(root).digest('hex').slice(0, 16);
  const onWait = (/** @type {number} */ owner) =>
    reporter.working(`another build (process ${owner}) is at it`);
  await withLock(join(cacheDirectory(env), 'locks', `build-${checkout}`), onWait, async () => {
    if (isBuilt(root)) return;
    for (const name of readdirSync(root)) {
      if (name.startsWith('dist.')) rmSync(join(root, name), { recursive: true, force: true });
    }
    const next = join(root, `dist.${randomUUID()}`);
    try {
      await build(root, next, env, reporter);
      replaceDist(root, next);
    } finally {
      rmSync(next, { recursive: true, force: true });
    }
    linkCommand(root);
  });
}

/**
 * Builds everything beside `dist/`, so that nothing of deleted sources stays and a failed build
 * leaves the last good one.
 *
 * @param {string} root
 * @param {string} next - directory that is made
 * @param {NodeJS.ProcessEnv} env
 * @param {import('./progress.mjs').StepReporter} reporter
 */
async function build(root, next, env, reporter) {
  // Taken first: a source that changes meanwhile is built again by the next call.
  /** @type {BuildStamp} */
  const stamp = {
    sources: sourcesFingerprint(root),
    bundle: bundleFingerprint(root),
    node: process.version,
  };
  reporter.working('compiling');
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  await runCommand([process.execPath, tsc, '-p', 'tsconfig.build.json', '--outDir', next], {
    log: join(cacheDirectory(env), 'logs', 'tsc.log'),
    cwd: root,
    env,
    failure: 'the sources do not compile',
    hint: 'correct the errors above; `npm run types` shows them all',
  });
  // By a process of its own: this one may be the bundled command line, which cannot import modules.
  await runCommand([process.execPath, join(next, 'setup', 'write-json-schema.mjs')], {
    log: join(cacheDirectory(env), 'logs', 'schema.log'),
    cwd: root,
    env,
    failure: 'the JSON Schema of pipeline files could not be made',
    hint: 'read what it says above',
  });
  const packages = [...(await bundleCommand(root, next)), ...(await bundleProcesses(root, next))];
  await ensureCodeCache(root, next, env);
  const built = join(root, 'dist', BUNDLE);
  if (readStamp(root)?.bundle === stamp.bundle && existsSync(built)) {
    copyFileSync(built, join(next, BUNDLE));
  } else {
    reporter.working('bundling the workflows');
    await bundleWorkflows(root, next);
  }
  writeNotices(root, next, [...packages, ...packagesAmong(bundledFiles(next))]);
  writeFileSync(join(next, STAMP), JSON.stringify(stamp));
}

/**
 * @param {string} root
 * @param {string} next
 */
function replaceDist(root, next) {
  const dist = join(root, 'dist');
  const old = `${dist}.${randomUUID()}`;
  if (existsSync(dist)) renameSync(dist, old);
  renameSync(next, dist);
  rmSync(old, { recursive: true, force: true });
}

/**
 * `npx millrace` in the checkout finds the command where npm would have linked it.
 *
 * @param {string} root
 */
function linkCommand(root) {
  const link = join(root, 'node_modules', '.bin', 'millrace');
  const beside = `${link}.${randomUUID()}`;
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(relative(dirname(link), commandFile(root)), beside);
  renameSync(beside, link);
}

/** @param {string} root */
function sourcesFingerprint(root) {
  const top = readdirSync(root)
    .filter((name) => !NOT_SOURCES.test(name))
    .sort();
  const isSource = (/** @type {string} */ file) => !file.startsWith('bench/results/');
  return fingerprint(root, top, isSource);
}

/** @param {string} root */
function bundleFingerprint(root) {
  return fingerprint(root, BUNDLED);
}

/**
 * @param {string} root
 * @returns {BuildStamp | null}
 */
function readStamp(root) {
  try {
    return JSON.parse(readFileSync(join(root, 'dist', STAMP), 'utf8'));
  } catch {
    return null;
  }
}
