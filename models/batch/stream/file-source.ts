import { createHash } from 'node:crypto';
import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MillraceError } from '../../../contracts/index.js';
import type { SourceCheckpoint, StreamBatch, StreamRecord, StreamSource } from './ports.js';

export interface FileSourceOptions {
  /** Absolute. */
  readonly path: string;
  /** Ends when everything that is there was read, instead of waiting for more. */
  readonly untilEnd: boolean;
  /** How often it is looked whether there is more; 200 ms by default. */
  readonly pollMs?: number;
}

const POLL_MS = 200;
const READ_BYTES = 1_048_576;
/** A line that is longer is no record. */
const LONGEST_LINE = 16_777_216;
/** Bytes at the beginning by which a file is known again. */
const HEAD_BYTES = 1_024;
const LINE_FEED = 0x0a;

/** Which file it was: one that was rotated away keeps its inode, one that was cut begins anew. */
interface Place {
  readonly inode: string;
  /** How often this inode was cut short. */
  readonly generation: number;
  readonly offset: number;
  /** Digest of its first bytes, so many as were read. */
  readonly head: string;
  readonly headBytes: number;
}

/**
 * Lines of a file that grows. A file that is renamed is read to its end before the one that took its
 * place is begun; one that is cut short is begun anew. A last line without its end waits for the rest.
 */
export class FileSource implements StreamSource {
  readonly identity: string;
  readonly #options: FileSourceOptions;
  #file: FileHandle | null = null;
  #inode = '';
  #generation = 0;
  /** Of the next byte to be read from the file. */
  #readTo = 0;
  /** Read, but not handed on; its first byte is at `#readTo - #rest.length`. */
  #rest: Buffer = Buffer.alloc(0);

  constructor(options: FileSourceOptions) {
    this.#options = options;
    this.identity = `file:${options.path}`;
  }

  async open(checkpoint: SourceCheckpoint | null): Promise<void> {
    if (checkpoint === null) {
      await this.#openCurrent();
      return;
    }
    const place = placeOf(checkpoint);
    const path = await this.#pathOf(place.inode);
    if (path === null) {
      throw new MillraceError(
        'InvalidInput',
        `what was left to read of ${this.#options.path} is gone: the file was rotated, and neither it nor a file beside it is the one`,
        'bring it back, or remove the checkpoint to begin with the file that is there now',
      );
    }
    await this.#openAt(path, place.generation, place.offset);
    if (!(await this.#isSame(place))) await this.#beginAnew();
  }

  async next(most: number, signal: AbortSignal): Promise<StreamBatch | null> {
    for (;;) {
      signal.throwIfAborted();
      const records = await this.#lines(most);
      if (records.length > 0) return { records, checkpoint: await this.#checkpoint() };
      if (await this.#moveOn()) continue;
      if (this.#options.untilEnd) return null;
      await sleep(this.#options.pollMs ?? POLL_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  async done(): Promise<void> {}

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = null;
  }

  /** Whole lines, at most so many; blank ones are passed over. */
  async #lines(most: number): Promise<readonly StreamRecord[]> {
    const records: StreamRecord[] = [];
    for (;;) {
      let start = 0;
      while (records.length < most) {
        const end = this.#rest.indexOf(LINE_FEED, start);
        if (end === -1) break;
        const text = this.#rest.toString('utf8', start, end).trim();
        const offset = this.#readTo - this.#rest.length + start;
        const position = `${this.#inode}.${this.#generation}:${offset}`;
        if (text !== '') records.push({ position, text });
        start = end + 1;
      }
      this.#rest = this.#rest.subarray(start);
      if (records.length > 0 || !(await this.#read())) return records;
    }
  }

  async #read(): Promise<boolean> {
    if (this.#file === null) return false;
    const buffer = Buffer.alloc(READ_BYTES);
    const { bytesRead } = await this.#file.read(buffer, 0, READ_BYTES, this.#readTo);
    if (bytesRead === 0) return false;
    this.#readTo += bytesRead;
    this.#rest = Buffer.concat([this.#rest, buffer.subarray(0, bytesRead)]);
    if (this.#rest.length <= LONGEST_LINE || this.#rest.includes(LINE_FEED)) return true;
    throw new MillraceError(
      'InvalidInput',
      `${this.#options.path} has a line of more than ${LONGEST_LINE} bytes`,
      'write one JSON object a line',
    );
  }

  /** At the end of the open file: whether there is another one to be read, or the same one anew. */
  async #moveOn(): Promise<boolean> {
    const file = this.#file;
    if (file === null) return this.#openCurrent();
    const { size } = await file.stat();
    if (size < this.#readTo) {
      await this.#beginAnew();
      return true;
    }
    const current = await stat(this.#options.path, { bigint: true }).catch(() => null);
    if (current === null || String(current.ino) === this.#inode) return false;
    // Whoever wrote to the old file may have written once more while we looked.
    if (await this.#read()) return true;
    await this.close();
    return this.#openCurrent();
  }

  async #beginAnew(): Promise<void> {
    this.#generation += 1;
    this.#readTo = 0;
    this.#rest = Buffer.alloc(0);
  }

  async #openCurrent(): Promise<boolean> {
    const there = await stat(this.#options.path).catch(() => null);
    if (there === null && !this.#options.untilEnd) return false;
    await this.#openAt(this.#options.path, 0, 0);
    return true;
  }

  async #openAt(path: string, generation: number, offset: number): Promise<void> {
    try {
      this.#file = await open(path, 'r');
    } catch (error) {
      throw new MillraceError(
        'InvalidInput',
        `cannot follow ${path}: ${error instanceof Error ? error.message : String(error)}`,
        'check the path of the source',
      );
    }
    this.#inode = String((await this.#file.stat({ bigint: true })).ino);
    this.#generation = generation;
    this.#readTo = offset;
    this.#rest = Buffer.alloc(0);
  }

  /** The file of this inode: under its own name, or under the one that it was rotated to. */
  async #pathOf(inode: string): Promise<string | null> {
    const { path } = this.#options;
    const directory = dirname(path);
    const beside = await readdir(directory).catch(() => []);
    const candidates = [path, ...beside.map((name) => join(directory, name))];
    for (const candidate of candidates) {
      if (!basename(candidate).startsWith(basename(path).replace(/\.[^.]*$/, ''))) continue;
      const found = await stat(candidate, { bigint: true }).catch(() => null);
      if (found !== null && String(found.ino) === inode) return candidate;
    }
    return null;
  }

  /** Whether what was read of it is still there. */
  async #isSame({ offset, head, headBytes }: Place): Promise<boolean> {
    if (this.#file === null) return false;
    const { size } = await this.#file.stat();
    return size >= offset && (await this.#head(headBytes)) === head;
  }

  async #checkpoint(): Promise<SourceCheckpoint> {
    const offset = this.#readTo - this.#rest.length;
    const headBytes = Math.min(offset, HEAD_BYTES);
    const head = await this.#head(headBytes);
    return { inode: this.#inode, generation: this.#generation, offset, head, headBytes };
  }

  async #head(bytes: number): Promise<string> {
    const buffer = Buffer.alloc(bytes);
    const { bytesRead = 0 } = (await this.#file?.read(buffer, 0, bytes, 0)) ?? {};
    return createHash('sha256').update(buffer.subarray(0, bytesRead)).digest('hex');
  }
}

function placeOf({ inode, generation, offset, head, headBytes }: SourceCheckpoint): Place {
  return {
    inode: String(inode),
    generation: Number(generation),
    offset: Number(offset),
    head: String(head),
    headBytes: Number(headBytes),
  };
}
