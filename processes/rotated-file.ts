import { createWriteStream, rmSync, type WriteStream } from 'node:fs';

/** How much of a log is kept. */
export interface LogBounds {
  /** Of its beginning. */
  readonly headBytes: number;
  /** Of each part that follows; the newest two are kept. */
  readonly partBytes: number;
}

/** An attempt that prints without end takes at most this much disk: 64 MiB. */
export const LOG_BOUNDS: LogBounds = { headBytes: 32 << 20, partBytes: 16 << 20 };
const KEPT_PARTS = 2;

/** Where the part of a log lies that begins at a byte of all that was written. */
export function logPartPath(path: string, startByte: number): string {
  return startByte === 0 ? path : `${path}.${startByte}`;
}

export interface RotatedFile {
  /** Adds a line; its end is added to it. */
  write(line: Buffer): void;
  close(): Promise<void>;
}

/**
 * A file of lines that does not grow without bound: its beginning stays, of what follows the newest
 * parts, each in a file whose name says at which byte of all it begins. What lies between two files
 * is thereby known to whoever reads them. What cannot be written is dropped.
 *
 * @param flow - told when writing falls behind, and when it may go on
 */
export function createRotatedFile(
  path: string,
  bounds: LogBounds = LOG_BOUNDS,
  flow: { readonly onFull: () => void; readonly onFree: () => void },
): RotatedFile {
  const parts: string[] = [];
  const closing = new Set<Promise<void>>();
  let startByte = 0;
  let written = 0;
  let broken = false;
  let file = open(path);

  function open(name: string): WriteStream {
    const stream = createWriteStream(name, { flags: 'a', mode: 0o600 });
    stream.on('error', () => {
      broken = true;
      flow.onFree();
    });
    stream.on('drain', flow.onFree);
    return stream;
  }

  function rotate(): void {
    const ended = end(file).finally(() => {
      closing.delete(ended);
      // Who waits for the file that has ended would wait for ever: it does not drain any more.
      if (!file.writableNeedDrain) flow.onFree();
    });
    closing.add(ended);
    startByte = written;
    const part = logPartPath(path, startByte);
    parts.push(part);
    file = open(part);
    while (parts.length > KEPT_PARTS) rmSync(parts.shift() ?? '', { force: true });
  }

  function end(stream: WriteStream): Promise<void> {
    return new Promise((resolve) => {
      if (stream.errored !== null || stream.destroyed) resolve();
      else {
        stream.once('error', () => resolve());
        stream.end(() => resolve());
      }
    });
  }

  return {
    write(line) {
      if (broken) return;
      const room = startByte === 0 ? bounds.headBytes : bounds.partBytes;
      if (written > startByte && written - startByte + line.length + 1 > room) rotate();
      written += line.length + 1;
      if (!file.write(Buffer.concat([line, Buffer.from('\n')]))) flow.onFull();
    },
    async close() {
      await Promise.all([...closing, end(file)]);
    },
  };
}
