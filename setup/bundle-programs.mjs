import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeCacheFile } from './command-program.mjs';
import { asciiOnly, COMPACT } from './compact-code.mjs';
import { packagesAmong } from './notices.mjs';
import { cacheDirectory } from './places.mjs';
import { runCommand } from './run-command.mjs';

/** What every command loads: pure JavaScript. All other packages stay where they are. */
const BUNDLED = [
  '@marcbachmann/cel-js',
  'commander',
  'fastest-levenshtein',
  'kysely',
  'yaml',
  'zod',
];
/** The same for worker and gateway. */
const BUNDLED_IN_PROCESSES = ['@marcbachmann/cel-js', 'kysely', 'uuidv7', 'zod'];
/** The pipeline that the code cache is made with: it uses most of the language. */
const EXAMPLE = ['cli', 'templates', 'project', 'pipeline.yaml'];

/**
 * Bundles the command line to `dist/bin/`: `millrace.cjs`, which starts `program.cjs`.
 *
 * One file instead of three hundred, and without the parts of the packages that nothing uses; a
 * command that is not asked for is in the file but is not run. CommonJS, because V8's code cache is
 * not to be had for modules.
 *
 * @param {string} root
 * @param {string} dist - the compiled modules
 * @returns {Promise<readonly string[]>} the packages of which it holds parts
 */
export async function bundleCommand(root, dist) {
  const { build } = await import('esbuild');
  const bin = join(dist, 'bin');
  /** @satisfies {import('esbuild').BuildOptions} */
  const options = {
    ...common(root, dist, BUNDLED),
    format: 'cjs',
    // A script that comes out of a code cache cannot import, in Node 20: it requires.
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': 'bundleUrl' },
  };
  const bundleUrl = `const bundleUrl = require('node:url').pathToFileURL(__filename).href;`;
  await build({
    ...options,
    entryPoints: [join(dist, 'cli', 'launch.js')],
    outfile: join(bin, 'millrace.cjs'),
    banner: { js: bundleUrl },
  });
  const { metafile } = await build({
    ...options,
    entryPoints: [join(dist, 'cli', 'main.js')],
    outfile: join(bin, 'program.cjs'),
    // As node wraps a CommonJS module, so that the launcher need not copy the text to do it.
    banner: { js: `(function (exports, require, module, __filename, __dirname) { ${bundleUrl}` },
    footer: { js: '})' },
  });
  for (const name of ['millrace.cjs', 'program.cjs']) makeAscii(join(bin, name));
  chmodSync(join(bin, 'millrace.cjs'), 0o755);
  return packagesOf(metafile);
}

/**
 * Puts worker, gateway and the thread of a comparison, each bundled, in the place of the modules that
 * they were compiled to: they start in two thirds of the time and rest with a tenth less memory.
 *
 * @param {string} root
 * @param {string} dist - the compiled modules
 * @returns {Promise<readonly string[]>} the packages of which they hold parts
 */
export async function bundleProcesses(root, dist) {
  const { build } = await import('esbuild');
  const programs = ['worker', 'gateway', 'monitoring/datasets/lanes/lane-main'];
  const options = common(root, dist, BUNDLED_IN_PROCESSES);
  const { metafile } = await build({
    ...options,
    // The gateway imports them when it needs them; in the bundle they would be there at once.
    external: [
      ...(options.external ?? []),
      './temporal/model-signaller.js',
      './models/packaging/serve-package.js',
    ],
    format: 'esm',
    entryPoints: programs.map((name) => join(dist, `${name}.js`)),
    outdir: dist,
    allowOverwrite: true,
  });
  for (const name of programs) {
    makeAscii(join(dist, `${name}.js`));
    rmSync(join(dist, `${name}.js.map`), { force: true });
  }
  return packagesOf(metafile);
}

/**
 * @param {import('esbuild').Metafile} metafile
 * @returns {readonly string[]}
 */
function packagesOf({ outputs }) {
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
  return packagesAmong(
    inputs.flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
  );
}

/** @param {string} file */
function makeAscii(file) {
  writeFileSync(file, asciiOnly(readFileSync(file, 'utf8')));
}

/**
 * @param {string} root
 * @param {string} dist
 * @param {readonly string[]} bundled - packages
 * @returns {import('esbuild').BuildOptions & { metafile: true }}
 */
function common(root, dist, bundled) {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const packages = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
  return {
    bundle: true,
    platform: 'node',
    target: 'node20.20',
    external: packages.filter((name) => !bundled.includes(name)),
    legalComments: 'none',
    ...COMPACT,
    metafile: true,
    logLevel: 'warning',
    absWorkingDir: dist,
  };
}

/**
 * Keeps what this Node compiles of the bundled command line, so that it starts without compiling.
 * Does nothing where that is kept already.
 *
 * @param {string} root
 * @param {string} dist
 * @param {NodeJS.ProcessEnv} env
 */
export async function ensureCodeCache(root, dist, env) {
  if (existsSync(codeCacheFile(join(dist, 'bin')))) return;
  const script = join(dist, 'setup', 'write-code-cache.mjs');
  const command = ['validate', join(root, ...EXAMPLE), '--json'];
  await runCommand([process.execPath, script, join(dist, 'bin'), ...command], {
    log: join(cacheDirectory(env), 'logs', 'code-cache.log'),
    cwd: root,
    env,
    failure: 'the bundled command line does not run',
    hint: 'read what it says above',
  });
}
