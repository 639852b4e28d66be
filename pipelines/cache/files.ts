import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, extname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { pathPattern } from '../../contracts/index.js';

/** SHA-256 in hex of a file's content, read as a stream; `null` where there is no regular file. */
export async function fileDigest(path: string): Promise<string | null> {
  try {
    if (!(await stat(path)).isFile()) return null;
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
    return hash.digest('hex');
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

/** The files that a path or a pattern names, sorted; none where there is none. */
export async function filesOfPattern(
  path: string,
  baseDirectory: string,
): Promise<readonly string[]> {
  const pattern = pathPattern(path);
  if (pattern === null) return [path];
  const { directory, recursive } = pattern;
  try {
    const names = await readdir(resolve(baseDirectory, directory), { recursive });
    const found = names.map((name) => name.split(sep).join('/')).filter(pattern.matches);
    return found.map((name) => (directory === '.' ? name : join(directory, name))).sort();
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

/** How much code is hashed for one step; beyond it the step is not found again by content. */
const CODE_LIMITS = { files: 500, bytes: 67_108_864 } as const;

export type CodeFiles =
  | { readonly ok: true; readonly paths: readonly string[] }
  | { readonly ok: false; readonly reason: string };

/**
 * The files that a command's behaviour rests on, as far as they can be told: every file under the base
 * directory that an argument names, and for a program or script among them the files beside it
 * (modules it may import). Of the base directory itself only files of the script's own kind count.
 *
 * @returns paths relative to the base directory, sorted
 */
export async function codeFiles(
  argv: readonly string[],
  baseDirectory: string,
): Promise<CodeFiles> {
  const base = await realpath(baseDirectory);
  const found = new Set<string>();
  let bytes = 0;
  for (const name of argv.flatMap(pathsIn)) {
    const file = await fileUnder(base, name);
    if (file === null) continue;
    found.add(file);
    for (const sibling of await besides(base, file)) found.add(sibling);
    if (found.size > CODE_LIMITS.files) {
      return { ok: false, reason: `more than ${CODE_LIMITS.files} files beside ${name}` };
    }
  }
  for (const path of found) {
    bytes += (await stat(join(base, path))).size;
    if (bytes > CODE_LIMITS.bytes) {
      return { ok: false, reason: `more than ${CODE_LIMITS.bytes / 1_048_576} MiB of code` };
    }
  }
  return { ok: true, paths: [...found].sort() };
}

/** An argument may be a path, or name one after `=`: `--config=conf/a.json`. */
function pathsIn(argument: string): readonly string[] {
  if (argument.length > 4_096 || argument.includes('\0')) return [];
  const equals = argument.indexOf('=');
  return equals === -1 ? [argument] : [argument, argument.slice(equals + 1)];
}

async function fileUnder(base: string, name: string): Promise<string | null> {
  if (name === '' || name.startsWith('-')) return null;
  try {
    const real = await realpath(isAbsolute(name) ? name : resolve(base, name));
    const path = relative(base, real);
    if (path === '' || path.startsWith('..') || isAbsolute(path)) return null;
    return (await stat(real)).isFile() ? path : null;
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

const CODE_EXTENSIONS: ReadonlySet<string> = new Set(
  '.py .pyx .sh .bash .js .mjs .cjs .ts .mts .r .R .jl .rb .pl .sql .lua .go .rs .java'.split(' '),
);

async function besides(base: string, file: string): Promise<readonly string[]> {
  if (!CODE_EXTENSIONS.has(extname(file))) return [];
  const directory = dirname(join(base, file));
  const atBase = directory === base;
  const entries = await readdir(directory, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .filter((entry) => !atBase || extname(entry.name) === extname(basename(file)))
    .map((entry) => relative(base, join(directory, entry.name)).split(sep).join('/'));
}

function isAbsent(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG' || code === 'ELOOP';
}
