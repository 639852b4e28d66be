import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The directory that holds millrace's `package.json`: the clone, or the installed package when this
 * file runs from `dist/setup/`.
 *
 * @returns {string} an absolute path
 * @throws {Error} when no `package.json` of millrace is above this file
 */
export function packageRoot() {
  let directory = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const file = join(directory, 'package.json');
    if (existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).name === 'millrace') {
      return directory;
    }
    const parent = dirname(directory);
    if (parent === directory) throw new Error(`no package.json of millrace above ${file}`);
    directory = parent;
  }
}

/**
 * The program that `millrace` is: what `bin` of package.json names, and what tests and benches run.
 *
 * @param {string} root
 */
export function commandFile(root) {
  return join(root, 'dist', 'bin', 'millrace.cjs');
}

/**
 * Whether this is a source checkout, which is built here, or an installed package, which is not.
 *
 * @param {string} root
 */
export function isSourceCheckout(root) {
  return existsSync(join(root, 'tsconfig.build.json'));
}

/**
 * Where downloads and environments that every project shares are kept: `$XDG_CACHE_HOME/millrace`,
 * by default `~/.cache/millrace`.
 *
 * @param {NodeJS.ProcessEnv} env
 */
export function cacheDirectory(env) {
  // The XDG specification says to ignore a relative path.
  const base = env['XDG_CACHE_HOME'];
  return base !== undefined && isAbsolute(base)
    ? join(base, 'millrace')
    : join(homedir(), '.cache', 'millrace');
}
