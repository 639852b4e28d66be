import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeCacheFile } from './command-program.mjs';
import { cacheDirectory } from './places.mjs';
import { runCommand } from './run-command.mjs';

/** What every command loads: small and pure JavaScript. All other packages stay where they are. */
const BUNDLED = ['@marcbachmann/cel-js', 'commander', 'fastest-levenshtein', 'yaml', 'zod'];
const NOTICES = 'THIRD-PARTY-NOTICES.txt';
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
 */
export async function bundleCommand(root, dist) {
  const { build } = await import('esbuild');
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const packages = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
  const bin = join(dist, 'bin');
  /** @satisfies {import('esbuild').BuildOptions} */
  const options = {
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20.20',
    external: packages.filter((name) => !BUNDLED.includes(name)),
    // A script that comes out of a code cache cannot import, in Node 20: it requires.
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': 'bundleUrl' },
    legalComments: 'none',
    logLevel: 'warning',
    absWorkingDir: dist,
  };
  const bundleUrl = `const bundleUrl = require('node:url').pathToFileURL(__filename).href;`;
  await build({
    ...options,
    entryPoints: [join(dist, 'cli', 'launch.js')],
    outfile: join(bin, 'millrace.cjs'),
    banner: { js: bundleUrl },
  });
  await build({
    ...options,
    entryPoints: [join(dist, 'cli', 'main.js')],
    outfile: join(bin, 'program.cjs'),
    // As node wraps a CommonJS module, so that the launcher need not copy the text to do it.
    banner: { js: `(function (exports, require, module, __filename, __dirname) { ${bundleUrl}` },
    footer: { js: '})' },
  });
  chmodSync(join(bin, 'millrace.cjs'), 0o755);
  writeFileSync(join(bin, NOTICES), notices(root));
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

/**
 * The licences of what the bundle holds.
 *
 * @param {string} root
 */
function notices(root) {
  const texts = BUNDLED.map((name) => {
    const directory = join(root, 'node_modules', name);
    const { version } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
    const file = readdirSync(directory).find((entry) => /^licen[cs]e/i.test(entry));
    if (file === undefined) throw new Error(`${name} comes without the text of its licence`);
    return `${name} ${version}\n\n${readFileSync(join(directory, file), 'utf8').trim()}\n`;
  });
  return `program.cjs holds parts of these packages.\n\n${texts.join('\n----\n\n')}`;
}
