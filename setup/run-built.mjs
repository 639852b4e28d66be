import { spawn } from 'node:child_process';
import { join } from 'node:path';

/**
 * Runs a program of `dist/` in the environment that set-up made, with this process's own arguments.
 *
 * @param {string} program - directory below `dist/` that holds its `main.js`
 * @param {import('./prepare.mjs').Prepared} prepared
 * @returns {Promise<number>} its exit code
 */
export async function runBuilt(program, { root, env }) {
  const main = join(root, 'dist', program, 'main.js');
  const child = spawn(process.execPath, [main, ...process.argv.slice(2)], {
    env,
    stdio: 'inherit',
  });
  // Ctrl-C reaches the program as well; it ends what it started, and this waits for it.
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
    process.removeAllListeners(signal);
    process.on(signal, () => {
      if (signal === 'SIGTERM') child.kill(signal);
    });
  }
  return await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 130));
  });
}
