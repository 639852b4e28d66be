import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/**
 * What training runs with, as the worker counts it among the parts of a cache key: the digest of
 * the pinned Python requirements.
 */
export async function trainingEnvironment(): Promise<{ readonly [library: string]: string }> {
  // The same relative place from the sources and from `dist/`, one directory deeper.
  for (const path of ['../../python/requirements.txt', '../../../python/requirements.txt']) {
    const content = await readFile(new URL(path, import.meta.url)).catch(() => null);
    if (content !== null) return { python: createHash('sha256').update(content).digest('hex') };
  }
  return {};
}
