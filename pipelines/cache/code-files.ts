import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, extname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { filesOfPattern, isAbsent } from './files.js';

/** How much code is hashed for one step; beyond it the step is not found again by content. */
const CODE_LIMITS = { files: 500, bytes: 67_108_864, entries: 20_000 } as const;

export type CodeFiles =
  | { readonly ok: true; readonly paths: readonly string[] }
  | { readonly ok: false; readonly reason: string };

/**
 * The files that a command's behaviour rests on: every file under the base directory that an argument
 * names, and besides
 *
 * - where the step declares its code, what the patterns name;
 * - else, for a program or script among them, the files beside it and the code in the directories
 *   below (modules it may import). Of the base directory itself only files of the script's own kind
 *   count.
 *
 * @param declared - the step's `code`; where it names nothing, what the step rests on is not known
 * @returns paths relative to the base directory, sorted
 */
export async function codeFiles(
  argv: readonly string[],
  declared: readonly string[] | undefined,
  baseDirectory: string,
): Promise<CodeFiles> {
  const base = await realpath(baseDirectory);
  const found = new Set<string>();
  const walked = new Set<string>();
  const named = await Promise.all(argv.flatMap(pathsIn).map((name) => fileUnder(base, name)));
  try {
    for (const file of named) {
      if (file === null) continue;
      found.add(file);
      if (declared === undefined) await addBesides(base, file, found, walked);
    }
    const own = new Set<string>();
    for (const pattern of declared ?? []) await addDeclared(base, pattern, own);
    if (declared !== undefined && declared.length > 0 && own.size === 0) {
      return { ok: false, reason: `code: names no file: ${declared.join(', ')}` };
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

async function fileUnder(base: string, name: string): Promise<string | null> {
  if (name === '' || name.startsWith('-')) return null;
  try {
    const real = await realpath(isAbsolute(name) ? name : resolve(base, name));
    const path = relative(base, real);
    if (path === '' || /^\.\.(\/|$)/.test(path) || isAbsolute(path)) return null;
    return (await stat(real)).isFile() ? path : null;
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

async function addDeclared(base: string, pattern: string, found: Set<string>): Promise<void> {
  for (const name of await filesOfPattern(pattern, base)) {
    if (name.split('/').some((part) => PASSED_OVER.has(part))) continue;
    const file = await fileUnder(base, name);
    if (file !== null) add(found, file, pattern);
  }
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
  const atBase = top === base;
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
