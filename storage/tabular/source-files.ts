import { readdir } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { MillraceError, pathPattern } from '../../contracts/index.js';
import { fileLiteral } from './sql-text.js';
import { openTableFile, type TableFile } from './table-file.js';

/**
 * The files that a path or a pattern names, in the order of their names, all of one format.
 *
 * @throws MillraceError `InvalidInput` where there is none, one cannot be read, or formats differ
 */
export async function openSourceFiles(
  path: string,
  baseDirectory: string,
): Promise<readonly TableFile[]> {
  const pattern = pathPattern(path);
  if (pattern === null) return [await openTableFile(resolve(baseDirectory, path))];
  const directory = resolve(baseDirectory, pattern.directory);
  const names = await readdir(directory, { recursive: pattern.recursive }).catch((error: Error) => {
    throw new MillraceError(
      'InvalidInput',
      `no files at ${path}: ${error.message}`,
      'check the path',
    );
  });
  const found = names.map((name) => name.split(sep).join('/')).filter(pattern.matches);
  if (found.length === 0) {
    throw new MillraceError('InvalidInput', `no file matches ${path}`, 'check the pattern');
  }
  const files = await Promise.all(found.sort().map((name) => openTableFile(join(directory, name))));
  const formats = new Set(files.map(({ format }) => format));
  if (formats.size === 1) return files;
  throw new MillraceError(
    'InvalidInput',
    `${path} matches files of several formats: ${[...formats].sort().join(', ')}`,
    'narrow the pattern, such as data/*.parquet',
  );
}

/** SQL that reads the files as one relation, their columns matched by name. */
export function scanOfFiles(files: readonly TableFile[]): string {
  const list = `[${files.map(({ path }) => fileLiteral(path)).join(', ')}]`;
  switch (files[0]?.format) {
    case 'csv':
      return `read_csv(${list}, header = true, union_by_name = true)`;
    case 'ndjson':
      return `read_json(${list}, format = 'newline_delimited', union_by_name = true)`;
    default:
      return `read_parquet(${list}, union_by_name = true, binary_as_string = true)`;
  }
}
