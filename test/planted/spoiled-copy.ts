import {
  cpSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../setup/places.mjs';
import { type Planting, plantedIn } from './planted-bug.js';

/** Read by tests, changed by no bug. */
const SHARED = ['node_modules', 'python', 'docs', 'dist'];
const LEFT_OUT = /^(\..*|dist\..*|bench|demo)$/;

/** Copies of the project's sources in a directory of their own, each to be spoiled. */
export interface Copies {
  readonly directory: string;
  /**
   * @returns the root of a copy that has the changes
   * @throws Error where the place of one is gone
   */
  spoil(...changes: readonly Planting[]): string;
  remove(): void;
}

export function openCopies(): Copies {
  const root = packageRoot();
  // Modules are known by their real paths.
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'millrace-planted-')));
  const sound = join(directory, 'sound');
  mkdirSync(sound);
  for (const name of readdirSync(root)) {
    if (SHARED.includes(name) || LEFT_OUT.test(name)) continue;
    cpSync(join(root, name), join(sound, name), { recursive: true });
  }
  replace(join(sound, 'test/support/eventually.ts'), waitingLess);
  let made = 0;
  return {
    directory,
    spoil(...changes) {
      made += 1;
      const copy = join(directory, `copy-${made}`);
      linkTree(sound, copy);
      for (const name of SHARED) symlinkSync(join(root, name), join(copy, name));
      for (const change of changes) {
        replace(join(copy, change.file), (source) => plantedIn(source, change));
      }
      return copy;
    },
    remove: () => rmSync(directory, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** Where a bug is met a test waits in vain, to the end of its patience. */
function waitingLess(source: string): string {
  const changed = source.replace('timeoutMs = 90_000', 'timeoutMs = 15_000');
  if (changed === source) throw new Error('the patience of tests is told in another way now');
  return changed;
}

/** A new file: the old one is that of all copies. */
function replace(path: string, change: (text: string) => string): void {
  const changed = change(readFileSync(path, 'utf8'));
  rmSync(path);
  writeFileSync(path, changed);
}

/** A tenth of the time that a copy of every file takes. */
function linkTree(from: string, to: string): void {
  mkdirSync(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) linkTree(source, target);
    else linkSync(source, target);
  }
}
