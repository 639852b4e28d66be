import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, extname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { pathPattern } from '../../contracts/index.js';
import { filesOfPattern, isAbsent } from './files.js';

/** How much code is hashed for one step; beyond it the step is not found again by content. */
const CODE_LIMITS = { files: 500, bytes: 67_108_864, entries: 20_000 } as const;

export type CodeFiles =
  | { readonly ok: true; readonly paths: readonly string[] }
  | { readonly ok: false; readonly reason: string };

/**
 * The files that a command's behaviour rests on: every file that an argument names from the base
 * directory, every script that one names by an absolute path, and besides
 *
 * - where the step declares its code, what the patterns name;
 * - else, for a program or script among them, the files beside it and the code in the directories
 *   below (modules it may import). Of the base directory itself, and of one above it, only files of the
 *   script's own kind count.
 *
 * @param declared - the step's `code`; where nothing is what it names, or one path is not there, what the
 * step rests on is not known
 * @returns paths relative to the base directory (`../shared.py` where it lies outside), sorted
 */
export async function codeFiles(
  argv: readonly string[],
  declared: readonly string[] | undefined,
  baseDirectory: string,
): Promise<CodeFiles> {
  const base = await realpath(baseDirectory);
  const found = new Set<string>();
  const walked = new Set<string>();
  const named = await Promise.all(
    argv.flatMap(pathsIn).map(async (name) => ({ name, file: await fileNamed(base, name) })),
  );
  try {
    for (const { name, file } of named) {
      if (file === null) continue;
      found.add(file);
      // Beside a script that is installed on the machine lies what has nothing to do with it.
      const isInstalled = isAbsolute(name) && isOutside(file);
      if (declared === undefined && !isInstalled) await addBesides(base, file, found, walked);
    }
    const own = new Set<string>();
    const absent: string[] = [];
    for (const pattern of declared ?? []) {
      const isAny = await addDeclared(base, pattern, own);
      // A pattern may match nothing yet; a path is meant to be there.
      if (!isAny && pathPattern(pattern) === null) absent.push(pattern);
    }
    const nothing = declared !== undefined && declared.length > 0 && own.size === 0;
    if (nothing || absent.length > 0) {
      const names = nothing ? declared : absent;
      return { ok: false, reason: `code: names no file: ${names.join(', ')}` };
    }
    for (const path of own) add(found, path, 'of code:');
    await refuseBytes(base, found);
  } catch (error) {
    if (error instanceof TooMuchCode) return { ok: false, reason: error.message };
    throw error;
  }
  return { ok: true, paths: [...found].sort() };
}

/** Thrown when there is more code than is hashed for one step. */
class TooMuchCode extends Error {}

/** An argument may be a path, or name one after `=`: `--config=conf/a.json`. */
function pathsIn(argument: string): readonly string[] {
  if (argument.length > 4_096 || argument.includes('\0')) return [];
  const equals = argument.indexOf('=');
  return equals === -1 ? [argument] : [argument, argument.slice(equals + 1)];
}

/**
 * The file of the pipeline that a word of a command names. What is installed on the machine is none, but
 * for scripts: a program or data by an absolute path or a link, as an environment has its interpreter.
 */
async function fileNamed(base: string, name: string): Promise<string | null> {
  if (name === '' || name.startsWith('-')) return null;
  const path = await fileFrom(base, name);
  if (path === null || !isOutside(path) || CODE_EXTENSIONS.has(extname(path))) return path;
  const isLinked = resolve(base, name) !== resolve(base, path);
  return isAbsolute(name) || isLinked ? null : path;
}

/** Where it really lies, from the base directory; `null` where there is no regular file. */
async function fileFrom(base: string, name: string): Promise<string | null> {
  try {
    const real = await realpath(resolve(base, name));
    return (await stat(real)).isFile() ? relative(base, real) : null;
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

function isOutside(path: string): boolean {
  return /^\.\.(\/|$)/.test(path);
}

/** @returns whether there is any */
async function addDeclared(base: string, pattern: string, found: Set<string>): Promise<boolean> {
  let isAny = false;
  for (const name of await filesOfPattern(pattern, base)) {
    if (name.split('/').some((part) => PASSED_OVER.has(part))) continue;
    const file = await fileFrom(base, name);
    if (file === null) continue;
    add(found, file, pattern);
    isAny = true;
  }
  return isAny;
}

const CODE_EXTENSIONS: ReadonlySet<string> = new Set(
  '.py .pyx .sh .bash .js .mjs .cjs .ts .mts .r .R .jl .rb .pl .sql .lua .go .rs .java'.split(' '),
);

/** Made by tools, not written. */
const PASSED_OVER: ReadonlySet<string> = new Set(['__pycache__', 'node_modules', 'site-packages']);

async function addBesides(
  base: string,
  file: string,
  found: Set<string>,
  walked: Set<string>,
): Promise<void> {
  const kind = extname(file);
  if (!CODE_EXTENSIONS.has(kind)) return;
  const top = dirname(join(base, file));
  const atBase = top === base || base.startsWith(`${top}${sep}`);
  const label = `${top}:${atBase ? kind : ''}`;
  if (walked.has(label)) return;
  walked.add(label);
  let entries = 0;
  const walk = async (directory: string): Promise<void> => {
    for (const entry of await readdir(directory, { withFileTypes: true })) {
      entries += 1;
      if (entries > CODE_LIMITS.entries) {
        throw new TooMuchCode(`more than ${CODE_LIMITS.entries} files beside ${file}`);
      }
      if (entry.name.startsWith('.') || PASSED_OVER.has(entry.name)) continue;
      const path = join(directory, entry.name);
      if (entry.isDirectory()) {
        if (!(await isEnvironment(path))) await walk(path);
        continue;
      }
      const counts = atBase
        ? extname(entry.name) === kind
        : directory === top || CODE_EXTENSIONS.has(extname(entry.name));
      if (counts && entry.isFile()) {
        add(found, relative(base, path).split(sep).join('/'), `beside ${basename(file)}`);
      }
    }
  };
  await walk(top);
}

function add(found: Set<string>, path: string, where: string): void {
  found.add(path);
  if (found.size > CODE_LIMITS.files) {
    throw new TooMuchCode(`more than ${CODE_LIMITS.files} files of code, ${where}`);
  }
}

/** A virtual environment of Python is told by its lock file, not file by file. */
async function isEnvironment(directory: string): Promise<boolean> {
  return stat(join(directory, 'pyvenv.cfg')).then(
    () => true,
    () => false,
  );
}

async function refuseBytes(base: string, found: ReadonlySet<string>): Promise<void> {
  let bytes = 0;
  for (const path of found) {
    bytes += (await stat(join(base, path))).size;
    if (bytes > CODE_LIMITS.bytes) {
      throw new TooMuchCode(`more than ${CODE_LIMITS.bytes / 1_048_576} MiB of code`);
    }
  }
}
