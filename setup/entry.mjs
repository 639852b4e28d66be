import { SetupError } from './setup-error.mjs';

/**
 * Runs a script's main function: its number is the exit code, a {@link SetupError} is told in words.
 *
 * @param {() => Promise<number>} main
 */
export async function runEntry(main) {
  // Leaving through `exit` ends the command that a step has started.
  for (const [signal, code] of /** @type {const} */ ([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])) {
    process.on(signal, () => process.exit(code));
  }
  try {
    process.exitCode = await main();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    if (error.detail !== undefined) process.stderr.write(`${error.detail}\n`);
    process.stderr.write(`error: ${error.message}\nhint: ${error.hint}\n`);
    process.exitCode = 69;
  }
}
