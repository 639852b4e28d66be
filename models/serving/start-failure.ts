import { isMillraceError } from '../../contracts/index.js';

const EXIT_UNKNOWN = 1;
const EXIT_BAD_INPUT = 65;
const EXIT_UNAVAILABLE = 69;

/**
 * Says on the standard error stream why a gateway did not start.
 *
 * @returns the exit code of its process
 */
export function tellStartFailure(error: unknown): number {
  if (!isMillraceError(error)) {
    process.stderr.write(`${String(error)}\n`);
    return EXIT_UNKNOWN;
  }
  const { type, message, hint } = error;
  process.stderr.write(hint === undefined ? `${message}\n` : `${message}\n  ${hint}\n`);
  return type === 'InvalidInput' ? EXIT_BAD_INPUT : EXIT_UNAVAILABLE;
}
