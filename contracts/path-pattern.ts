/** Files by a pattern: `*` and `?` within a name, `**` over directories. */
export interface PathPattern {
  /** Where to look: what stands before the first name with a wildcard; `.` where nothing does. */
  readonly directory: string;
  /** Whether directories below it are looked through. */
  readonly recursive: boolean;
  /** @param path - from `directory`, `/`-separated */
  matches(path: string): boolean;
}

/**
 * @returns `null` for a path without a wildcard
 * @example pathPattern('data/*.parquet')?.matches('a.parquet'); // true
 */
export function pathPattern(path: string): PathPattern | null {
  if (!/[*?]/.test(path)) return null;
  const parts = path.split('/');
  const first = parts.findIndex((part) => /[*?]/.test(part));
  const before = parts.slice(0, first).join('/');
  const directory = before === '' ? (path.startsWith('/') ? '/' : '.') : before;
  const wild = parts.slice(first);
  const names = wild.map((part, index) => {
    if (part === '**') return index === wild.length - 1 ? '.*' : '(?:[^/]+/)*';
    const name = part.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('?', '[^/]');
    return name.replace(/\*+/g, '[^/]*') + (index === wild.length - 1 ? '' : '/');
  });
  const whole = new RegExp(`^${names.join('')}$`);
  return {
    directory,
    recursive: wild.length > 1 || wild[0] === '**',
    matches: (found) => whole.test(found),
  };
}
