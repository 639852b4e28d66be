import { readFile } from 'node:fs/promises';

/**
 * Library name → pinned version, from a requirements file of `name==version` lines: the part of a
 * cache key that stands for what Python computes with.
 *
 * @throws Error when the file cannot be read
 * @example await pinnedLibraries('python/requirements.txt'); // { joblib: '1.6.0', numpy: '2.4.6', … }
 */
export async function pinnedLibraries(
  requirementsFile: string,
): Promise<{ readonly [library: string]: string }> {
  const text = await readFile(requirementsFile, 'utf8');
  const pins = text.matchAll(/^([A-Za-z0-9_.-]+)\s*==\s*([^\s;#]+)/gm);
  return Object.fromEntries([...pins].map(([, name, version]) => [name, version] as const));
}
