import { createHash } from 'node:crypto';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { MillraceError } from '../../../contracts/index.js';
import type { SourceCheckpoint, StreamBatch, StreamRecord, StreamSource } from './ports.js';
import { type FoundFile, findByInode, findNext } from './rotated-files.js';

export interface FileSourceOptions {
  /** Absolute. */
  readonly path: string;
  /** Ends when everything that is there was read, instead of waiting for more. */
  readonly untilEnd: boolean;
  /** How often it is looked whether there is more; 200 ms by default. */
  readonly pollMs?: number;
  /** How long a file that was rotated is still read after what was written to it last; 2 s by default. */
  readonly lingerMs?: number;
}

const POLL_MS = 200;
/** Whoever writes to a rotated file is told of the new one only later. */
const LINGER_MS = 2_000;
const READ_BYTES = 1_048_576;
/** A line that is longer is no record. */
const LONGEST_LINE = 16_777_216;
/** Bytes at the beginning by which a file is known again. */
const HEAD_BYTES = 1_024;
const LINE_FEED = 0x0a;

/** Which file it was: one that was rotated away keeps its inode, one that was cut begins anew. */
interface Place {
  readonly inode: string;
  /** How many files there were before it, or beginnings of its own: an inode is used again. */
  readonly generation: number;
  readonly offset: number;
  /** Digest of its first bytes, so many as were read. */
  readonly head: string;
  readonly headBytes: number;
}

/**
 * Lines of a file that grows. A file that is renamed is read until nothing was written to it for a
 * while before the one after it is begun; one that is cut short is begun anew. A last line without its
 * end waits for the rest, as long as the file is not over.
 */
export class FileSource implements StreamSource {
  readonly identity: string;
  readonly #options: FileSourceOptions;
  #file: FileHandle | null = null;
  #inode = '';
  #generation = -1;
  /** Of the next byte to be read from the file. */
  #readTo = 0;
  /** Read, but not handed on; its first byte is at `#readTo - #rest.length`. */
  #rest: Buffer = Buffer.alloc(0);
  /** Since when the open file is at its end and another one is there, by `performance.now()`. */
  #overSinceMs: number | null = null;

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
    const file = await findByInode(this.#options.path, place.inode);
    if (file === null) {
      throw new MillraceError(
        'InvalidInput',
        `what was left to read of ${this.#options.path} is gone: the file was rotated, and neither it nor a file beside it is the one`,
        'bring it back, or remove the checkpoint to begin with the file that is there now',
      );
    }
    await this.#openAt(file.path, place.generation, place.offset);
    if (!(await this.#isSame(place))) this.#beginAnew();
  }

  async next(most: number, signal: AbortSignal): Promise<StreamBatch | null> {
    for (;;) {
      signal.throwIfAborted();
      const records = await this.#lines(most);
      if (records.length > 0) return { records, checkpoint: await this.#checkpoint() };
      if (await this.#wasCutShort()) {
        this.#beginAnew();
        continue;
      }
      const next = await this.#nextFile();
      if (next !== null) {
        const last = this.#lastLine();
        if (last.length > 0) return { records: last, checkpoint: await this.#checkpoint() };
        if (await this.#moveTo(next)) continue;
      }
      if (this.#file === null && (await this.#openCurrent())) continue;
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
        records.push(...this.#recordIn(start, end));
        start = end + 1;
      }
      this.#rest = this.#rest.subarray(start);
      if (records.length > 0 || !(await this.#read())) return records;
    }
  }

  /** What a file that is over has after its last whole line. */
  #lastLine(): readonly StreamRecord[] {
    const records = this.#recordIn(0, this.#rest.length);
    this.#rest = Buffer.alloc(0);
    return records;
  }

  #recordIn(start: number, end: number): readonly StreamRecord[] {
    const text = this.#rest.toString('utf8', start, end).trim();
    const offset = this.#readTo - this.#rest.length + start;
    const position = `${this.#inode}.${this.#generation}:${offset}`;
    return text === '' ? [] : [{ position, where: `byte ${offset}`, text }];
  }

  async #read(): Promise<boolean> {
    if (this.#file === null) return false;
    const buffer = Buffer.alloc(READ_BYTES);
    const { bytesRead } = await this.#file.read(buffer, 0, READ_BYTES, this.#readTo);
    if (bytesRead === 0) return false;
    this.#readTo += bytesRead;
    this.#overSinceMs = null;
    this.#rest = Buffer.concat([this.#rest, buffer.subarray(0, bytesRead)]);
    if (this.#rest.length <= LONGEST_LINE || this.#rest.includes(LINE_FEED)) return true;
    throw new MillraceError(
      'InvalidInput',
      `${this.#options.path} has a line of more than ${LONGEST_LINE} bytes`,
      'write one JSON object a line',
    );
  }

  async #wasCutShort(): Promise<boolean> {
    return this.#file !== null && (await this.#file.stat()).size < this.#readTo;
  }

  /** At the end of the open file: the one that is to be read after it, once it is over. */
  async #nextFile(): Promise<FoundFile | null> {
    const { path, untilEnd, lingerMs = LINGER_MS } = this.#options;
    if (this.#file === null) return null;
    const status = await this.#file.stat({ bigint: true });
    const current = await stat(path, { bigint: true }).catch(() => null);
    if (String(current?.ino) === this.#inode) return null;
    const next = await findNext(path, status);
    if (next === null) return null;
    this.#overSinceMs ??= performance.now();
    const isOver = untilEnd || performance.now() - this.#overSinceMs >= lingerMs;
    // Whoever wrote to the old file may have written once more while we looked.
    return isOver && !(await this.#read()) ? next : null;
  }

  /** @returns false where it is no longer there: it was rotated in this moment, and is looked for again */
  async #moveTo({ path, inode }: FoundFile): Promise<boolean> {
    const before = this.#file;
    const file = await openToRead(path).catch((error: unknown) => {
      if (isGone(error)) return null;
      throw error;
    });
    if (file !== null && (await inodeOf(file)) === inode) {
      this.#begin(file, inode, this.#generation + 1, 0);
      await before?.close();
      return true;
    }
    await file?.close();
    return false;
  }

  #beginAnew(): void {
    this.#generation += 1;
    this.#readTo = 0;
    this.#rest = Buffer.alloc(0);
  }

  async #openCurrent(): Promise<boolean> {
    const { path, untilEnd } = this.#options;
    const there = await stat(path).catch(() => null);
    if (there === null && !untilEnd) return false;
    await this.#openAt(path, this.#generation + 1, 0);
    return true;
  }

  async #openAt(path: string, generation: number, offset: number): Promise<void> {
    const file = await openToRead(path);
    this.#begin(file, await inodeOf(file), generation, offset);
  }

  #begin(file: FileHandle, inode: string, generation: number, offset: number): void {
    this.#file = file;
    this.#inode = inode;
    this.#generation = generation;
    this.#readTo = offset;
    this.#rest = Buffer.alloc(0);
    this.#overSinceMs = null;
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

async function openToRead(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (cause) {
    throw new MillraceError(
      'InvalidInput',
      `cannot follow ${path}: ${cause instanceof Error ? cause.message : String(cause)}`,
      'check the path of the source',
      { cause },
    );
  }
}

function isGone(error: unknown): boolean {
  const cause = error instanceof Error ? (error.cause as NodeJS.ErrnoException) : undefined;
  return cause?.code === 'ENOENT';
}

async function inodeOf(file: FileHandle): Promise<string> {
  return String((await file.stat({ bigint: true })).ino);
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
