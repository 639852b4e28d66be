import { once } from 'node:events';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeDirectory, syncDirectory } from '../../../storage/durable-file.js';
import type { StreamSink } from './ports.js';

/**
 * A file that grows. What was written after the last checkpoint is taken away when the stream is taken
 * up again: its records come again, so each is there once.
 */
export class FileSink implements StreamSink {
  #file: FileHandle | null = null;
  #bytes = 0;

  constructor(private readonly path: string) {}

  async open(mark: number | null): Promise<number> {
    await makeDirectory(dirname(this.path));
    const file = await open(this.path, 'a');
    this.#file = file;
    const { size } = await file.stat();
    // Without a checkpoint, what is there is somebody else's: it stays.
    this.#bytes = mark === null ? size : Math.min(mark, size);
    if (this.#bytes < size) await file.truncate(this.#bytes);
    await syncDirectory(dirname(this.path));
    return this.#bytes;
  }

  async write(lines: string): Promise<number> {
    if (this.#file === null) throw new Error('the output is not open');
    await this.#file.appendFile(lines);
    await this.#file.datasync();
    this.#bytes += Buffer.byteLength(lines);
    return this.#bytes;
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = null;
  }
}

/** Standard output: what was written cannot be taken away, so after a kill some lines come twice. */
export class StreamOutSink implements StreamSink {
  #bytes = 0;

  constructor(private readonly stream: NodeJS.WritableStream) {}

  async open(mark: number | null): Promise<number> {
    this.#bytes = mark ?? 0;
    return this.#bytes;
  }

  async write(lines: string): Promise<number> {
    if (!this.stream.write(lines)) await once(this.stream, 'drain');
    this.#bytes += Buffer.byteLength(lines);
    return this.#bytes;
  }

  async close(): Promise<void> {}
}
