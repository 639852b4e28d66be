import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { CodeState } from '../../contracts/index.js';

/** A repository on a disk that does not answer must not keep a run from starting. */
const GIT_TIMEOUT_MS = 5_000;
const GIT_OUTPUT_BYTES = 1 << 20;

/** A directory of which all is ignored, as the state directory, is nothing. */
const UNTRACKED = [
  'ls-files',
  '--others',
  '--exclude-standard',
  '--directory',
  '--no-empty-directory',
  '--',
  '.',
] as const;

const run = promisify(execFile);

/**
 * Where the code of a pipeline stands: commit, whether there is more than it, and the remote.
 *
 * @param directory - of the pipeline file
 * @returns `null` where the directory is in no repository, nothing was ever committed, or there is
 * no git: a run goes on without
 */
export async function readCodeState(directory: string): Promise<CodeState | null> {
  try {
    const commit = await git(directory, 'rev-parse', '--verify', 'HEAD');
    const [path, changed, untracked, repository] = await Promise.all([
      git(directory, 'rev-parse', '--show-prefix'),
      git(directory, 'status', '--porcelain', '--untracked-files=no'),
      git(directory, ...UNTRACKED),
      git(directory, 'remote', 'get-url', 'origin').catch(() => ''),
    ]);
    return {
      commit,
      dirty: changed !== '' || untracked !== '',
      path,
      repository: withoutCredentials(repository),
    };
  } catch {
    return null;
  }
}

async function git(directory: string, ...args: readonly string[]): Promise<string> {
  // A repository may name programs that git starts by itself; looking must start none.
  const safe = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null'];
  const { stdout } = await run('git', [...safe, ...args], {
    cwd: directory,
    env: { ...withoutRepository(process.env), GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' },
    timeout: GIT_TIMEOUT_MS,
    maxBuffer: GIT_OUTPUT_BYTES,
  });
  return stdout.trimEnd();
}

/** A worker that a git hook started would be led to the hook's repository. */
function withoutRepository(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('GIT_')));
}

/**
 * An address that may be shown: `https://user:token@host/path` carries a secret.
 *
 * @returns `null` for none, and for one that is a directory of this machine
 */
export function withoutCredentials(address: string): string | null {
  if (/^[^/@:\s]+@[^/:\s]+:/.test(address)) return address;
  try {
    const url = new URL(address);
    if (!['https:', 'http:', 'ssh:', 'git:'].includes(url.protocol)) return null;
    return `${url.protocol}//${url.host}${url.pathname}`;
  } catch {
    return null;
  }
}
