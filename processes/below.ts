import { relative } from 'node:path';

/** Whether a path is a directory or lies below it, going by the names alone. */
export function isBelow(path: string, directory: string): boolean {
  const inside = relative(directory, path);
  return inside !== '..' && !inside.startsWith('../');
}
