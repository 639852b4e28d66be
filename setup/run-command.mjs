import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { SetupError } from './setup-error.mjs';

/**
 * Runs a command with its output in a log file.
 *
 * @param {readonly [string, ...string[]]} argv
 * @param {object} options
 * @param {string} options.log - file that the output is written to
 * @param {string} options.cwd
 * @param {NodeJS.ProcessEnv} options.env
 * @param {string} options.failure - what the error says was not possible
 * @param {string} options.hint
 * @returns {Promise<void>}
 * @throws {SetupError} with the last lines of the output when the command fails or does not exist
 */
export async function runCommand([command, ...args], { log, cwd, env, failure, hint }) {
  mkdirSync(dirname(log), { recursive: true });
  const output = openSync(log, 'w');
  try {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', output, output] });
    const stop = () => child.kill();
    process.once('exit', stop);
    /** @type {string | null} */
    const problem = await new Promise((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (code, signal) =>
        resolve(code === 0 ? null : signal === null ? `exit code ${code}` : `ended by ${signal}`),
      );
    });
    process.removeListener('exit', stop);
    if (problem !== null) {
      throw new SetupError(`${failure}: ${problem}`, hint, lastLines(log, 30));
    }
  } finally {
    closeSync(output);
  }
}

/**
 * @param {string} file
 * @param {number} count
 */
function lastLines(file, count) {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  return [...lines.slice(-count), `(all of it: ${file})`].join('\n');
}
