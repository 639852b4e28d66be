import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** A person reads progress a few times a second. */
const LOOK_EVERY_MS = 250;
const CHUNK_BYTES = 64 * 1024;

/** Follows a file that another process appends to. */
export interface FollowedFile {
  /** Reads what is left and ends. */
  stop(): Promise<void>;
}

/**
 * Hands on what is appended to a file, by looking: no event crosses the edge of a container or of a
 * network's file system. A file that cannot be read is followed no further.
 */
export function followFile(path: string, onChunk: (chunk: Buffer) => void): FollowedFile {
  const over = new AbortController();
  let offset = 0;

  async function readRest(): Promise<void> {
    const file = await open(path, 'r');
    try {
      for (;;) {
        const buffer = Buffer.alloc(CHUNK_BYTES);
        const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES, offset);
        if (bytesRead === 0) return;
        offset += bytesRead;
        onChunk(buffer.subarray(0, bytesRead));
      }
    } finally {
      await file.close();
    }
  }

  async function follow(): Promise<void> {
    while (!over.signal.aborted) {
      await readRest();
      await sleep(LOOK_EVERY_MS, undefined, { signal: over.signal }).catch(() => undefined);
    }
    await readRest();
  }

  const following = follow().catch(() => undefined);
  return {
    async stop() {
      over.abort();
      await following;
    },
  };
}
