import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { MillraceError } from '../../contracts/index.js';
import { type HomeLayout, homeLayout } from './layout.js';

/** Name of the state directory. */
export const HOME_DIRECTORY = '.millrace';

export interface FoundHome {
  readonly layout: HomeLayout;
  /** False when the directory does not exist yet: `layout` then says where it would be made. */
  readonly found: boolean;
}

/**
 * Finds the state directory: `MILLRACE_HOME` where it is set, else the nearest `.millrace/` in the
 * working directory or one above it, as git finds its own, else `.millrace/` in the working directory.
 *
 * @param where.cwd - an absolute path; a relative `MILLRACE_HOME` is read from here
 * @throws MillraceError `InvalidInput` when something that is not a directory has that name
 * @example
 * const { layout, found } = await findHome({ cwd: process.cwd(), env: process.env });
 * if (!found) await createHome(layout.root);
 */
export async function findHome(where: {
  readonly cwd: string;
  readonly env: { readonly [name: string]: string | undefined };
}): Promise<FoundHome> {
  const configured = where.env['MILLRACE_HOME'];
  if (configured !== undefined && configured !== '') {
    const root = resolve(where.cwd, configured);
    return { layout: homeLayout(root), found: await isDirectory(root, 'MILLRACE_HOME') };
  }
  const start = resolve(where.cwd);
  for (let directory = start; ; directory = dirname(directory)) {
    const root = join(directory, HOME_DIRECTORY);
    if (await isDirectory(root, null)) return { layout: homeLayout(root), found: true };
    if (directory === dirname(directory)) break;
  }
  return { layout: homeLayout(join(start, HOME_DIRECTORY)), found: false };
}

async function isDirectory(path: string, variable: string | null): Promise<boolean> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => error);
  if (found instanceof Error) {
    if (found.code === 'ENOENT') return false;
    // A file in the middle of a configured path is a mistake; above the working directory it cannot be.
    throw new MillraceError('InvalidInput', `${path}: ${found.message}`, adviceFor(variable), {
      cause: found,
    });
  }
  if (found.isDirectory()) return true;
  throw new MillraceError(
    'InvalidInput',
    `${path} is not a directory, so millrace cannot keep its state there`,
    adviceFor(variable),
  );
}

function adviceFor(variable: string | null): string {
  return variable === null
    ? 'move that file away, or set MILLRACE_HOME to another directory'
    : `set ${variable} to a directory, or unset it`;
}
