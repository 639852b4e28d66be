import { createHash, randomUUID } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fingerprint } from './fingerprint.mjs';
import { withLock } from './lock.mjs';
import { cacheDirectory } from './places.mjs';
import { runCommand } from './run-command.mjs';

/** Directories at the top that the build does not read. */
const NOT_SOURCES = /^(node_modules|dist.*|docs|test|\..*)$/;
/** What the workflow bundle can import. */
const BUNDLED = ['workflows', 'contracts', 'pipelines/expressions', 'monitoring/policy'];
/** Files that are not compiled but belong to the package. */
const ASSETS = ['cli/templates', 'pipelines/examples'];
const BUNDLE = 'workflows.bundle.js';
/** Written last, so that a `dist/` that has it is whole. */
const STAMP = '.build.json';

/**
 * @typedef {object} BuildStamp
 * @property {string} sources - fingerprint of everything that was built
 * @property {string} bundle - fingerprint of what the workflow bundle was made from
 */

/** @param {string} root */
export function isBuilt(root) {
  return readStamp(root)?.sources === sourcesFingerprint(root);
}

/**
 * Builds `dist/` unless it is of these sources already: the compiled modules with their types, the
 * workflow bundle, the JSON Schema and the files that are copied.
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
    reporter.working('compiling');
    const stamp = { sources: sourcesFingerprint(root), bundle: bundleFingerprint(root) };
    const kept = readStamp(root)?.bundle === stamp.bundle;
    await replaceDist(root, env, kept);
    if (!kept) {
      reporter.working('bundling the workflows');
      await bundleWorkflows(root);
    }
    await writeJsonSchema(root);
    linkCommand(root);
    writeFileSync(join(root, 'dist', STAMP), JSON.stringify(stamp));
  });
}

/**
 * Compiles beside `dist/` and puts the result in its place, so that nothing of deleted sources
 * stays and a failed build leaves the last good one.
 *
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 * @param {boolean} keepBundle
 */
async function replaceDist(root, env, keepBundle) {
  for (const name of readdirSync(root)) {
    if (name.startsWith('dist.')) rmSync(join(root, name), { recursive: true, force: true });
  }
  const dist = join(root, 'dist');
  const next = `${dist}.${randomUUID()}`;
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  try {
    await runCommand([process.execPath, tsc, '-p', 'tsconfig.build.json', '--outDir', next], {
      log: join(cacheDirectory(env), 'logs', 'tsc.log'),
      cwd: root,
      env,
      failure: 'the sources do not compile',
      hint: 'correct the errors above; `npm run types` shows them all',
    });
    for (const path of ASSETS) {
      if (existsSync(join(root, path))) {
        // Templates are TypeScript or Python of the user's project; examples are compiled as well.
        const filter = (/** @type {string} */ file) =>
          path === 'cli/templates' || !file.endsWith('.ts');
        cpSync(join(root, path), join(next, path), { recursive: true, filter });
      }
    }
    if (keepBundle) copyFileSync(join(dist, BUNDLE), join(next, BUNDLE));
    const old = `${dist}.${randomUUID()}`;
    if (existsSync(dist)) renameSync(dist, old);
    renameSync(next, dist);
    rmSync(old, { recursive: true, force: true });
  } finally {
    rmSync(next, { recursive: true, force: true });
  }
}

/** @param {string} root */
async function bundleWorkflows(root) {
  const { bundleWorkflowCode, DefaultLogger } = await import('@temporalio/worker');
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(root, 'dist', 'workflows', 'index.js'),
    // At its usual level it prints what webpack made of every module.
    logger: new DefaultLogger('WARN'),
  });
  writeFileSync(join(root, 'dist', BUNDLE), code);
}

/**
 * For editors, which read it from the package: `millrace schema` prints the same.
 *
 * @param {string} root
 */
async function writeJsonSchema(root) {
  const dist = join(root, 'dist');
  const { pipelineJsonSchema } = await import(
    pathToFileURL(join(dist, 'pipelines', 'json-schema.js')).href
  );
  const text = JSON.stringify(pipelineJsonSchema(), null, 2);
  writeFileSync(join(dist, 'millrace.schema.json'), `${text}\n`);
}

/**
 * `npx millrace` in the checkout finds the command where npm would have linked it.
 *
 * @param {string} root
 */
function linkCommand(root) {
  const main = join(root, 'dist', 'cli', 'main.js');
  if (!existsSync(main)) return;
  chmodSync(main, 0o755);
  const bin = join(root, 'node_modules', '.bin');
  mkdirSync(bin, { recursive: true });
  rmSync(join(bin, 'millrace'), { force: true });
  symlinkSync('../../dist/cli/main.js', join(bin, 'millrace'));
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
  return fingerprint(root, [...BUNDLED, 'package-lock.json']);
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
