import { refused } from './package-manifest.js';

const MOST_CHARACTERS = 255;

/**
 * Names of a package's files, each of which must be one that every system takes for a file inside
 * the package and for no other of them.
 */
export class EntryNames {
  readonly #taken = new Set<string>();

  /**
   * @param name - as an archive or a directory has it; `./` before it is left out
   * @returns the name, or `null` for the package's own directory
   * @throws MillraceError `InvalidInput` for a name that leads elsewhere, or that is there twice
   */
  take(name: string): string | null {
    const path = name.replace(/^(\.\/)+/, '').replace(/\/$/, '');
    if (path === '' || path === '.') return null;
    checkName(path);
    // Disks that do not tell upper from lower case would write one file over the other.
    const key = path.normalize('NFC').toLowerCase();
    if (this.#taken.has(key)) throw refused(`the name ${shown(path)} is in it twice`);
    this.#taken.add(key);
    return path;
  }
}

/** @throws MillraceError `InvalidInput` */
export function checkName(path: string): void {
  const leadsOut =
    path.startsWith('/') ||
    path.includes('\\') ||
    path.includes(':') ||
    path.split('/').some((part) => part === '' || part === '.' || part === '..');
  if (leadsOut) throw refused(`the name ${shown(path)} leads out of it`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (path.length > MOST_CHARACTERS || /[\u0000-\u001f\u007f]/.test(path)) {
    throw refused(`the name ${shown(path)} cannot be that of a file`);
  }
}

function shown(path: string): string {
  return JSON.stringify(path.length > 80 ? `${path.slice(0, 77)}...` : path);
}
