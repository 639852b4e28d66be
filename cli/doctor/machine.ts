import { accessSync, constants, existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { checkNode } from '../../setup/prepare.mjs';
import { SetupError } from '../../setup/setup-error.mjs';
import { type Check, ok, problem, warning } from './check.js';

const GIB = 1024 ** 3;
/** Below this, a training run may end in the middle of a write. */
const LEAST_BYTES = 0.5 * GIB;
const COMFORTABLE_BYTES = 2 * GIB;

export const checkNodeVersion: Check = () => {
  try {
    checkNode(process.versions.node);
    return ok('Node', process.versions.node);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    return problem('Node', error.message, error.hint);
  }
};

export const checkPlatform: Check = () => {
  const { platform, arch } = process;
  if (platform === 'linux' || platform === 'darwin') return ok('System', `${platform} ${arch}`);
  return problem(
    'System',
    `${platform} ${arch}`,
    'millrace needs process groups and POSIX signals: use Linux, macOS, or WSL on Windows',
  );
};

export const checkHome: Check = ({ home, homeFound }) => {
  const directory = nearestDirectory(home.root);
  try {
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    return problem(
      'State directory',
      `${directory} cannot be written`,
      'make it writable, or set MILLRACE_HOME to a directory that is',
    );
  }
  return ok('State directory', homeFound ? home.root : `${home.root} (made by the first run)`);
};

export const checkDisk: Check = async ({ home }) => {
  const { bavail, bsize } = await statfs(nearestDirectory(home.root));
  const free = bavail * bsize;
  const detail = `${(free / GIB).toFixed(1)} GiB free at ${nearestDirectory(home.root)}`;
  const hint = 'free some space, or set MILLRACE_HOME to a directory on a larger disk';
  if (free < LEAST_BYTES) return problem('Disk', detail, hint);
  return free < COMFORTABLE_BYTES ? warning('Disk', detail, hint) : ok('Disk', detail);
};

function nearestDirectory(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestDirectory(dirname(path));
}
