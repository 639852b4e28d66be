import { relative } from 'node:path';

/** What of this machine a container sees, at the same path as here. */
export interface Mount {
  readonly path: string;
  /** `hidden`: it sees an empty directory there. */
  readonly access: 'read' | 'write' | 'hidden';
}

/**
 * The directory of the pipeline and the inputs to read, the directory of the attempt to write. The
 * paths are the same inside as outside, so that those in `inputs.json`, `outputs.json` and arguments
 * hold on both sides. Of the state directory nothing else is seen.
 */
export function stepMounts(places: {
  readonly baseDirectory: string;
  readonly homeDirectory: string;
  readonly attemptDirectory: string;
  readonly inputPaths: readonly string[];
}): readonly Mount[] {
  const { baseDirectory, homeDirectory, attemptDirectory, inputPaths } = places;
  const holdsHome = isBelow(homeDirectory, baseDirectory) && homeDirectory !== baseDirectory;
  return [
    { path: baseDirectory, access: 'read' },
    ...(holdsHome ? [{ path: homeDirectory, access: 'hidden' as const }] : []),
    ...[...new Set(inputPaths)].map((path) => ({ path, access: 'read' as const })),
    { path: attemptDirectory, access: 'write' },
  ];
}

/** Whether a path is a directory or lies below it. */
export function isBelow(path: string, directory: string): boolean {
  const inside = relative(directory, path);
  return inside !== '..' && !inside.startsWith('../');
}
