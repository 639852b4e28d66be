import { realpath, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';

/** Interpreter → the files that pin what it computes with, the most exact first. */
const LOCK_FILES: readonly (readonly [RegExp, readonly string[]])[] = [
  [
    /^(python[0-9.]*|uv|poetry|pdm|pipenv|pixi|conda|mamba)$/,
    [
      'uv.lock',
      'poetry.lock',
      'pdm.lock',
      'Pipfile.lock',
      'pixi.lock',
      'conda-lock.yml',
      'pylock.toml',
      'requirements.lock',
      'requirements.txt',
      'environment.yml',
    ],
  ],
  [
    /^(node|npm|npx|tsx|yarn|pnpm|bun|deno)$/,
    [
      'package-lock.json',
      'npm-shrinkwrap.json',
      'pnpm-lock.yaml',
      'yarn.lock',
      'bun.lock',
      'bun.lockb',
      'deno.lock',
    ],
  ],
  [/^(R|Rscript)$/, ['renv.lock']],
  [/^julia$/, ['Manifest.toml']],
  [/^(ruby|bundle|rake)$/, ['Gemfile.lock']],
  [/^(cargo|rustc)$/, ['Cargo.lock']],
  [/^go$/, ['go.sum']],
];

/**
 * The lock file of a command's interpreter: the nearest one from the script's directory up to the
 * base directory.
 *
 * @param argv - the command; where it begins with `env`, the program after it counts
 * @param script - the first file of the base directory that it names; `null` without one
 * @returns its path relative to the base directory; `null` where there is none
 * @example await findLockFile(['python', 'steps/train.py'], 'steps/train.py', '/project'); // 'uv.lock'
 */
export async function findLockFile(
  argv: readonly string[],
  script: string | null,
  baseDirectory: string,
): Promise<string | null> {
  const names = lockFilesOf(argv);
  if (names.length === 0) return null;
  const base = await realpath(baseDirectory);
  for (let directory = resolve(base, dirname(script ?? '.')); ; directory = dirname(directory)) {
    for (const name of names) {
      const path = join(directory, name);
      const isThere = await stat(path).then(
        (found) => found.isFile(),
        () => false,
      );
      if (isThere) return relative(base, path);
    }
    if (directory === base || directory === dirname(directory)) return null;
  }
}

/** Whether a command's program is Python, and so the one of millrace's own environment. */
export function runsPython(argv: readonly string[]): boolean {
  return /^python[0-9.]*$/.test(programOf(argv));
}

function lockFilesOf(argv: readonly string[]): readonly string[] {
  const program = programOf(argv);
  return LOCK_FILES.find(([pattern]) => pattern.test(program))?.[1] ?? [];
}

function programOf(argv: readonly string[]): string {
  const rest = argv[0]?.split('/').at(-1) === 'env' ? argv.slice(1) : argv;
  const program = rest.find((word) => !word.startsWith('-') && !word.includes('='));
  return program?.split('/').at(-1) ?? '';
}
