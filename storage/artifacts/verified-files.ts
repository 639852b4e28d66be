import { createHash } from 'node:crypto';
import { createReadStream, type Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { ArtifactRef } from '../../contracts/index.js';

export interface VerifiedFiles {
  /** `null` when the file's content is what the reference says, else what is wrong with it. */
  check(path: string, ref: ArtifactRef): Promise<string | null>;
}

/**
 * Verifies files by digest, and a file that was verified and has not been touched since only once:
 * a model of 1 GB is not hashed again for every reader.
 *
 * Untouched means the same inode, size, mtime and ctime. Any write through the file system changes
 * ctime, which no program can set back; damage below the file system (a failing disk) is found when
 * another process reads it, or by `readBytes`, which always hashes what it returns.
 */
export function createVerifiedFiles(): VerifiedFiles {
  const seen = new Map<string, string>();

  return {
    async check(path, ref) {
      const found = await stat(path).catch((error: NodeJS.ErrnoException) => error);
      if (found instanceof Error) {
        return found.code === 'ENOENT' ? 'the file is not there' : found.message;
      }
      if (!found.isFile()) return 'it is not a file';
      if (found.size !== ref.bytes) {
        return `it has ${found.size} bytes, the reference says ${ref.bytes}`;
      }
      const state = fingerprint(found);
      if (seen.get(ref.sha256) === state) return null;
      const digest = await hashFile(path).catch((error: Error) => error);
      if (digest instanceof Error) return digest.message;
      if (digest !== ref.sha256) return `its content has the digest ${digest}`;
      seen.set(ref.sha256, state);
      return null;
    },
  };
}

function fingerprint(stats: Stats): string {
  return [stats.dev, stats.ino, stats.size, stats.mtimeMs, stats.ctimeMs].join(':');
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest('hex');
}
