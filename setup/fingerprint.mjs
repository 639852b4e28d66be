import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Directories that hold nothing that a build reads. */
const IGNORED = new Set(['node_modules', '__pycache__', '.millrace', '.git']);

/**
 * Digest of the names and contents of files.
 *
 * @param {string} root
 * @param {readonly string[]} paths - files or directories below `root`; missing ones count as empty
 * @param {(file: string) => boolean} [includes] - which files of a directory count, by relative path
 * @returns {string} hex
 */
export function fingerprint(root, paths, includes = () => true) {
  const hash = createHash('sha256');
  for (const path of paths) {
    for (const file of filesBelow(root, path)) {
      if (!includes(file)) continue;
      const content = readFileSync(join(root, file));
      hash.update(`${file}\0${content.length}\0`).update(content);
    }
  }
  return hash.digest('hex');
}

/**
 * Paths of all files at or below `path`, relative to `root`, in a fixed order.
 *
 * @param {string} root
 * @param {string} path
 * @returns {string[]}
 */
export function filesBelow(root, path) {
  const absolute = join(root, path);
  if (!existsSync(absolute)) return [];
  if (statSync(absolute).isFile()) return [path];
  return readdirSync(absolute, { withFileTypes: true })
    .filter((entry) => !IGNORED.has(entry.name) && (entry.isDirectory() || entry.isFile()))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) =>
      entry.isDirectory() ? filesBelow(root, `${path}/${entry.name}`) : [`${path}/${entry.name}`],
    );
}
