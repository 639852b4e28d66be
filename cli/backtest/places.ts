import { stat } from 'node:fs/promises';
import { UsageError } from '../errors.js';
import { checkDestination } from '../statistics/profile-destination.js';
import type { BacktestOptions } from './options.js';

/**
 * Refuses places that cannot be written to, before anything is trained rather than after.
 *
 * @param file - of the pipeline
 * @throws UsageError where `--html` names no file that can be made, or `--svg` or `--cache` something
 * that is no directory
 */
export async function checkPlaces(
  { html, svg, cache, data }: Pick<BacktestOptions, 'html' | 'svg' | 'cache' | 'data'>,
  file: string,
): Promise<void> {
  if (html !== undefined) await checkDestination(html, [data, file], '--html');
  await checkDirectory(svg, '--svg');
  await checkDirectory(cache, '--cache');
}

/** It is made where it is not there. */
async function checkDirectory(path: string | undefined, option: string): Promise<void> {
  if (path === undefined) return;
  if (path === '') throw new UsageError(`${option} names no directory`, 'give it a name');
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => error);
  if (found instanceof Error ? found.code === 'ENOENT' : found.isDirectory()) return;
  throw new UsageError(`${option} ${path} is no directory`, 'name one, or a new one');
}
