import { mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { isBelow } from '../below.js';

/** What of this machine a container sees. */
export interface Mount {
  /** Where it sees it. */
  readonly path: string;
  /** What that is here: the same path, but for what stands in the place of something else. */
  readonly source: string;
  readonly access: 'read' | 'write';
}

/**
 * The directory of the pipeline and the inputs to read, the directory of the attempt to write. The
 * paths are the same inside as outside, so that those in `inputs.json`, `outputs.json` and arguments
 * hold on both sides. Of the state directory nothing else is seen: where the pipeline's holds it, an
 * empty directory stands in its place, with nothing in it but what the other mounts are laid on.
 *
 * @param places - `maskDirectory` is that empty directory, which is made here
 */
export async function stepMounts(places: {
  readonly baseDirectory: string;
  readonly homeDirectory: string;
  readonly attemptDirectory: string;
  readonly inputPaths: readonly string[];
  readonly maskDirectory: string;
}): Promise<readonly Mount[]> {
  const { baseDirectory, homeDirectory, attemptDirectory, inputPaths, maskDirectory } = places;
  const shown = (path: string, access: Mount['access']): Mount => ({ path, source: path, access });
  const inner = [
    ...[...new Set(inputPaths)].map((path) => shown(path, 'read')),
    shown(attemptDirectory, 'write'),
  ];
  const base = shown(baseDirectory, 'read');
  const holdsHome = isBelow(homeDirectory, baseDirectory) && homeDirectory !== baseDirectory;
  if (!holdsHome) return [base, ...inner];
  await mkdir(maskDirectory, { mode: 0o755 });
  for (const { path } of inner) {
    if (isBelow(path, homeDirectory)) {
      await makePlace(join(maskDirectory, relative(homeDirectory, path)), path);
    }
  }
  return [base, { path: homeDirectory, source: maskDirectory, access: 'read' }, ...inner];
}

/** Something to mount on; left to the engine it would be root's, and nobody could remove it. */
async function makePlace(place: string, mounted: string): Promise<void> {
  const isDirectory = (await stat(mounted)).isDirectory();
  await mkdir(isDirectory ? place : dirname(place), { recursive: true, mode: 0o755 });
  if (!isDirectory) await writeFile(place, '');
}
