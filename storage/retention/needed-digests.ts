import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';

const DIGEST = /(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/g;
const CHUNK_BYTES = 1 << 20;
/** Characters of which a digest at the end of a chunk may need the next one: itself and its ends. */
const OVERLAP = 66;

/** The digests that stand in a text. */
export function digestsIn(text: string): readonly string[] {
  return text.match(DIGEST) ?? [];
}

/** Where the file of a digest lies. */
export function artifactPath(artifactsDir: string, sha256: string): string {
  return join(artifactsDir, 'sha256', sha256.slice(0, 2), sha256);
}

/**
 * The digests of every file that is needed: those that the texts name, and those that stand in such
 * files of JSON themselves, as the parts of a model stand in its manifest.
 */
export async function neededDigests(
  artifactsDir: string,
  texts: AsyncIterable<string>,
): Promise<ReadonlySet<string>> {
  const needed = new Set<string>();
  for await (const text of texts) for (const digest of digestsIn(text)) needed.add(digest);
  // A set is walked in the order of insertion, what is added meanwhile included.
  for (const digest of needed) {
    for await (const text of jsonText(artifactPath(artifactsDir, digest))) {
      for (const inner of digestsIn(text)) needed.add(inner);
    }
  }
  return needed;
}

/** How a file of the store begins, read without leaving a trace in its times. */
export async function beginningOf(path: string, bytes: number): Promise<string> {
  const file = await openQuietly(path);
  if (file === null) return '';
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** The text of a JSON file in overlapping pieces; nothing of any other file. */
async function* jsonText(path: string): AsyncGenerator<string> {
  const file = await openQuietly(path);
  if (file === null) return;
  try {
    const buffer = Buffer.alloc(CHUNK_BYTES);
    let rest = '';
    for (let isFirst = true; ; isFirst = false) {
      const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES);
      if (bytesRead === 0) return;
      const text = rest + buffer.toString('latin1', 0, bytesRead);
      if (isFirst && !/^\s*[[{]/.test(text)) return;
      yield text;
      rest = text.slice(-OVERLAP);
    }
  } finally {
    await file.close();
  }
}

async function openQuietly(path: string): Promise<FileHandle | null> {
  // The time of the last access says since when a file is needed.
  const quiet = process.platform === 'linux' ? constants.O_NOATIME : 0;
  try {
    return await open(path, constants.O_RDONLY | quiet);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') return null;
    if (code === 'EPERM') return open(path, 'r');
    throw error;
  }
}
