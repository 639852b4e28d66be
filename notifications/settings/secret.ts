import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { MillraceError } from '../../contracts/index.js';
import type { SecretRef } from './channel-schema.js';

/**
 * What a reference stands for. It is looked up for each message, so that a secret can be changed
 * while millrace runs, and it is never kept.
 *
 * @param directory - where a relative path begins
 * @throws MillraceError `InvalidInput` when there is nothing, without any content in the message
 */
export async function secretOf(ref: SecretRef, directory: string): Promise<string> {
  if ('env' in ref) {
    const value = process.env[ref.env];
    if (value !== undefined && value !== '') return value;
    throw new MillraceError(
      'InvalidInput',
      `the environment variable ${ref.env} is not set for the worker`,
      `set it where the worker is started, or use {file: PATH}`,
    );
  }
  const path = resolve(directory, ref.file);
  const value = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new MillraceError(
      'InvalidInput',
      `the secret file ${path} cannot be read: ${error.code}`,
    );
  });
  if (value.trim() === '') {
    throw new MillraceError('InvalidInput', `the secret file ${path} is empty`);
  }
  return value.trim();
}
