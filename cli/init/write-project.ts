import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { MillraceError } from '../../contracts/index.js';
import { packageRoot } from '../../setup/places.mjs';
import { salesCsv } from './sales-data.js';

const SEED = 20_250_101;
/** Below the package: it is not compiled, and lies there in a clone and in an installation. */
const TEMPLATE = 'cli/templates/project';
/** The project's name in the templates: a valid one, so that the template itself can be checked. */
const PLACEHOLDER = 'project-name';
/** Files whose name in the project differs from the template's. */
const RENAMED: Readonly<Record<string, string>> = { gitignore: '.gitignore' };

/** A file of the new project, by its path from the project's directory. */
export interface ProjectFile {
  readonly path: string;
  readonly content: string;
}

/** Every file of a new project. */
export async function projectFiles(name: string, schema: object): Promise<readonly ProjectFile[]> {
  const root = join(packageRoot(), TEMPLATE);
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const templates = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const source = join(entry.parentPath, entry.name);
        const path = relative(root, source);
        const text = await readFile(source, 'utf8');
        return {
          path: path === 'pipeline.yaml' ? `${name}.yaml` : (RENAMED[path] ?? path),
          content: text.replaceAll(PLACEHOLDER, name),
        };
      }),
  );
  return [
    ...templates,
    { path: 'data/raw/sales.csv', content: salesCsv(SEED) },
    { path: 'millrace.schema.json', content: `${JSON.stringify(schema, null, 2)}\n` },
  ].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/**
 * Writes a project's files. A file that exists is never replaced unless it holds the same text.
 *
 * @param force - write beside what is there already
 * @returns the paths that were written
 * @throws MillraceError `InvalidInput` when the directory is not empty and `force` is not given, or
 * when one of the files exists with other content
 */
export async function writeProject(
  directory: string,
  files: readonly ProjectFile[],
  force: boolean,
): Promise<readonly string[]> {
  const present = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    if (error.code !== 'ENOTDIR') throw error;
    throw new MillraceError('InvalidInput', `${directory} is a file`, 'name a directory');
  });
  const others = present.filter((entry) => entry !== '.git');
  if (others.length > 0 && !force) {
    const shown = `${others.slice(0, 3).join(', ')}${others.length > 3 ? ', …' : ''}`;
    throw new MillraceError(
      'InvalidInput',
      `${directory} is not empty (${shown})`,
      'name a new directory, or add --force to write beside what is there; no file is ever replaced',
    );
  }
  const wanted = await missing(directory, files);
  for (const { path, content } of wanted) await writeWhole(join(directory, path), content);
  return wanted.map(({ path }) => path);
}

/** Of the files, those that are not there yet. Found before anything is written. */
async function missing(
  directory: string,
  files: readonly ProjectFile[],
): Promise<readonly ProjectFile[]> {
  const wanted: ProjectFile[] = [];
  const different: string[] = [];
  for (const file of files) {
    const path = join(directory, file.path);
    if (!existsSync(path)) wanted.push(file);
    else if ((await readFile(path, 'utf8').catch(() => null)) !== file.content) {
      different.push(file.path);
    }
  }
  if (different.length === 0) return wanted;
  throw new MillraceError(
    'InvalidInput',
    `${directory} has its own ${different.join(', ')}`,
    'move them away or choose another directory: millrace init replaces no file',
  );
}

/** A file appears whole or not at all, so that an interrupted `init` can simply be called again. */
async function writeWhole(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, content, { flag: 'wx' });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
