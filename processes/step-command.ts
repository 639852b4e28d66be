import { isAbsolute, resolve } from 'node:path';
import { MillraceError } from '../contracts/index.js';
import { isExecutable, isFile, programOnPath } from './programs.js';

/**
 * The argument list that is really run. A step's process works in its own directory, not in the
 * pipeline's, so what names a file of the pipeline is made absolute:
 *
 * - `argv[0]` with a slash is read from the base directory; without one it is looked up on PATH
 * - every further element that has a slash or a dot in it and names an existing file below the base
 *   directory is made absolute: `python steps/clean.py` works. Others, and paths inside an element
 *   (`--config=a.yaml`), are passed as they are: `MILLRACE_BASE_DIRECTORY` says where they start.
 *
 * With `shell`, `argv[0]` is a script for `/bin/sh -c` and the rest its `$1`, `$2`, …; nothing in it
 * is rewritten.
 *
 * @throws MillraceError `InvalidInput` when there is no such command or it may not be executed
 */
export function resolveCommand(
  argv: readonly string[],
  options: {
    readonly shell: boolean;
    readonly baseDirectory: string;
    readonly path: string;
  },
): readonly string[] {
  const [command, ...rest] = plainArguments(argv);
  const { shell, baseDirectory, path } = options;
  if (shell) return ['/bin/sh', '-c', command, 'sh', ...rest];
  return [
    findProgram(command, baseDirectory, path),
    ...rest.map((element) => absoluteFile(element, baseDirectory)),
  ];
}

/**
 * The argument list that is run in a container: as {@link resolveCommand} makes it, but a program
 * that is no file of the pipeline is the image's, whether it is named or written as an absolute path.
 *
 * @throws MillraceError `InvalidInput` when a program of the pipeline does not exist or may not be executed
 */
export function resolveContainedCommand(
  argv: readonly string[],
  { shell, baseDirectory }: { readonly shell: boolean; readonly baseDirectory: string },
): readonly [string, ...string[]] {
  const [command, ...rest] = plainArguments(argv);
  if (shell) return ['/bin/sh', '-c', command, 'sh', ...rest];
  const isOfImage = isAbsolute(command) || !command.includes('/');
  return [
    isOfImage ? command : programAt(command, baseDirectory),
    ...rest.map((element) => absoluteFile(element, baseDirectory)),
  ];
}

function plainArguments(argv: readonly string[]): readonly [string, ...string[]] {
  const [command, ...rest] = argv;
  if (command === undefined || command === '') {
    throw new MillraceError('InvalidInput', 'the step has no command', 'write it after `run:`');
  }
  if (argv.some((element) => element.includes('\0'))) {
    throw new MillraceError('InvalidInput', `the command ${command} holds a NUL character`);
  }
  return [command, ...rest];
}

function programAt(command: string, baseDirectory: string): string {
  const program = resolve(baseDirectory, command);
  if (!isFile(program)) {
    throw new MillraceError(
      'InvalidInput',
      `there is no program at ${program}`,
      'paths in `run:` start at the directory of the pipeline file',
    );
  }
  if (!isExecutable(program)) {
    throw new MillraceError(
      'InvalidInput',
      `${program} may not be executed`,
      `run chmod +x ${program}, or name its interpreter: python ${command}`,
    );
  }
  return program;
}

function findProgram(command: string, baseDirectory: string, path: string): string {
  if (command.includes('/')) return programAt(command, baseDirectory);
  const program = programOnPath(command, path, baseDirectory);
  if (program !== null) return program;
  throw new MillraceError(
    'InvalidInput',
    `there is no command "${command}"`,
    'install it, or write its path; paths in `run:` start at the directory of the pipeline file',
  );
}

function absoluteFile(element: string, baseDirectory: string): string {
  if (element.startsWith('-') || !/[./]/.test(element)) return element;
  const file = resolve(baseDirectory, element);
  return isFile(file) ? file : element;
}
