import { access, constants, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MillraceError } from '../../contracts/index.js';
import { makeDirectory } from '../durable-file.js';
import { type HomeLayout, homeLayout } from './layout.js';

/**
 * Makes the state directory and those in it, for the user alone (0700), with a `.gitignore` that
 * keeps all of it out of a repository. What exists already is left as it is.
 *
 * @param root - absolute path of the state directory, from `findHome`
 * @throws MillraceError `InvalidInput` when it cannot be made or written, or a file is in the way
 */
export async function createHome(root: string): Promise<HomeLayout> {
  const layout = homeLayout(root);
  const { artifactsDir, predictionsDir, logsDir, runtimeDir, workDir } = layout;
  try {
    for (const directory of [root, artifactsDir, predictionsDir, logsDir, runtimeDir, workDir]) {
      await makeDirectory(directory);
      await access(directory, constants.R_OK | constants.W_OK | constants.X_OK);
    }
    await writeFile(join(root, '.gitignore'), '*\n', { flag: 'wx' }).catch(ignoreExisting);
  } catch (error) {
    throw new MillraceError(
      'InvalidInput',
      `cannot keep millrace's state in ${root}: ${reason(error as NodeJS.ErrnoException)}`,
      'make the directory writable, or set MILLRACE_HOME to one that is',
      { cause: error },
    );
  }
  return layout;
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}

function reason(error: NodeJS.ErrnoException): string {
  const at = error.path ?? '';
  if (error.code === 'EEXIST' || error.code === 'ENOTDIR') return `${at} is not a directory`;
  if (error.code === 'EACCES' || error.code === 'EPERM') return `${at} is not writable`;
  if (error.code === 'EROFS') return `${at} is on a read-only disk`;
  if (error.code === 'ENOSPC') return 'the disk is full';
  return error.message;
}
