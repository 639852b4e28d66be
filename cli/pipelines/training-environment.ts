import { join } from 'node:path';
import { pinnedLibraries } from '../../pipelines/cache/index.js';
import { packageRoot } from '../../setup/places.mjs';

/** What training runs with, as the worker counts it among the parts of a cache key. */
export async function trainingEnvironment(): Promise<{ readonly [library: string]: string }> {
  return pinnedLibraries(join(packageRoot(), 'python', 'requirements.txt'));
}
