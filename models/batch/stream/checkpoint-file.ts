import { readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { MillraceError } from '../../../contracts/index.js';
import { makeDirectory, replaceFile } from '../../../storage/durable-file.js';
import type { SourceCheckpoint } from './ports.js';

/** How far a stream has come: source and output in one, so that they cannot disagree. */
export interface StreamCheckpoint {
  readonly identity: string;
  /** `null`: before its first record. */
  readonly source: SourceCheckpoint | null;
  /** Mark of the output. */
  readonly mark: number;
}

/**
 * @returns `null` where nothing was predicted yet
 * @throws MillraceError `InvalidInput` for the checkpoint of another source, or one that is damaged: to
 * begin anew would predict everything again
 */
export async function readCheckpoint(
  file: string,
  identity: string,
): Promise<StreamCheckpoint | null> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const checkpoint = parse(text);
  if (checkpoint?.identity === identity) return checkpoint;
  const what = checkpoint === null ? 'cannot be read' : `is of ${checkpoint.identity}`;
  throw new MillraceError(
    'InvalidInput',
    `the checkpoint ${file} ${what}`,
    'give another --checkpoint or --output, or remove it to begin anew',
  );
}

export async function writeCheckpoint(file: string, checkpoint: StreamCheckpoint): Promise<void> {
  await makeDirectory(dirname(file));
  await replaceFile(file, (temporary) => writeFile(temporary, JSON.stringify(checkpoint)));
}

function parse(text: string): StreamCheckpoint | null {
  try {
    const value = JSON.parse(text) as Partial<StreamCheckpoint> | null;
    const { identity, source, mark } = value ?? {};
    if (typeof identity !== 'string' || typeof mark !== 'number') return null;
    return typeof source === 'object' ? { identity, source, mark } : null;
  } catch {
    return null;
  }
}
