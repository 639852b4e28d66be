import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

/**
 * The first program of this name on a PATH.
 *
 * @param from - where relative places of the PATH start; default: the working directory
 * @returns its absolute path, `null` where there is none
 */
export function programOnPath(name: string, path: string, from = '.'): string | null {
  const places = path.split(delimiter).filter((directory) => directory !== '');
  const programs = places.map((directory) => join(resolve(from, directory), name));
  return programs.find((program) => isFile(program) && isExecutable(program)) ?? null;
}

export function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/** Whether this process may execute it; of a directory: enter it. */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
