import { resolveCommand } from '../../../processes/step-command.js';

/** Stands in a command for the port to listen on, and for the path of what is served. */
const PLACEHOLDER = /\{(port|model)\}/g;

/**
 * The argument list that is run.
 *
 * @param directory - where relative paths of the command start
 * @throws MillraceError `InvalidInput` for a command that is not there
 */
export function serverArgv(
  argv: readonly string[],
  given: { readonly port: number; readonly model: string | null },
  { directory, path }: { readonly directory: string; readonly path: string },
): readonly string[] {
  const values = { port: String(given.port), model: given.model ?? '' };
  const filled = argv.map((element) =>
    element.replace(PLACEHOLDER, (_, name: 'port' | 'model') => values[name]),
  );
  return resolveCommand(filled, { shell: false, baseDirectory: directory, path });
}
