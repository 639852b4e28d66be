import { writeSync } from 'node:fs';
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MillraceError } from '../../contracts/index.js';
import { type SegmentKind, segmentName } from './log-layout.js';

/** An older segment is followed by a new one: what was not written to for longer is closed. */
export const MAX_SEGMENT_AGE_MS = 3_600_000;

export interface SegmentAppenderOptions {
  readonly directory: string;
  readonly kind: SegmentKind;
  /** A segment that has reached this size is followed by a new one. */
  readonly segmentBytes: number;
  /** `0`: an append returns once it is fsynced. Otherwise an fsync follows within this time. */
  readonly fsyncIntervalMs: number;
  /** Told when a later fsync fails: its lines had been acknowledged as written, not as durable. */
  readonly onFsyncError: (error: unknown) => void;
}

interface Waiting {
  readonly text: string;
  readonly uuid: string;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

interface OpenSegment {
  readonly file: FileHandle;
  readonly path: string;
  /** On the clock of `performance.now()`. */
  readonly openedMs: number;
  bytes: number;
  lastUuid: string;
}

/**
 * Appends whole lines to the segments of one log. Appends that arrive while a write is under way
 * are written together by the next one. Every start begins a segment of its own, so that a line
 * torn by a kill stays the last of its file.
 */
export class SegmentAppender {
  readonly #options: SegmentAppenderOptions;
  #waiting: Waiting[] = [];
  #segment: OpenSegment | null = null;
  #draining: Promise<void> | null = null;
  #fsyncTimer: NodeJS.Timeout | null = null;

  constructor(options: SegmentAppenderOptions) {
    this.#options = options;
  }

  /**
   * @param text - whole lines, each with its newline
   * @param uuid - ascending over the calls; one that does not begins a new segment
   * @throws MillraceError `ServiceUnavailable` when the lines cannot be written
   */
  append(text: string, uuid: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ text, uuid, resolve, reject });
      this.#draining ??= this.#drain();
    });
  }

  /** Waits for what is under way, fsyncs, closes. */
  async close(): Promise<void> {
    await this.#draining;
    await this.#endSegment();
  }

  async #drain(): Promise<void> {
    // Requests that were computed together ask one after the other, within this turn.
    await new Promise<void>((resolve) => process.nextTick(resolve));
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      for (const part of ascendingRuns(batch)) await this.#write(part);
    }
    this.#draining = null;
  }

  async #write(batch: readonly Waiting[]): Promise<void> {
    const first = batch[0];
    const last = batch.at(-1);
    if (first === undefined || last === undefined) return;
    try {
      const segment = await this.#segmentFor(first.uuid);
      const bytes = Buffer.from(batch.map((waiting) => waiting.text).join(''));
      writeWhole(segment.file, bytes);
      if (this.#options.fsyncIntervalMs === 0) await segment.file.datasync();
      else this.#fsyncSoon();
      segment.bytes += bytes.length;
      segment.lastUuid = last.uuid;
      for (const waiting of batch) waiting.resolve();
    } catch (cause) {
      const error = new MillraceError(
        'ServiceUnavailable',
        `the ${this.#options.kind} log in ${this.#options.directory} cannot be written: ${message(cause)}`,
        'free space on its disk or mend its permissions; nothing of this request was accepted, so send it again',
        { cause },
      );
      // After a failed write or fsync the end of the file cannot be trusted: the next goes elsewhere.
      await this.#abandonSegment();
      for (const waiting of batch) waiting.reject(error);
    }
  }

  async #segmentFor(uuid: string): Promise<OpenSegment> {
    const present = this.#segment;
    if (present !== null) {
      const isYoung = performance.now() - present.openedMs < MAX_SEGMENT_AGE_MS;
      const hasRoom = present.bytes < this.#options.segmentBytes;
      if (isYoung && hasRoom && uuid > present.lastUuid) return present;
      await this.#endSegment();
    }
    const { directory, kind } = this.#options;
    await makeDurableDirectory(directory);
    const path = join(directory, segmentName(kind, uuid));
    const file = await open(path, 'ax', 0o600);
    this.#segment = { file, path, openedMs: performance.now(), bytes: 0, lastUuid: '' };
    await fsyncDirectory(directory);
    return this.#segment;
  }

  #fsyncSoon(): void {
    if (this.#fsyncTimer !== null) return;
    this.#fsyncTimer = setTimeout(() => {
      this.#fsyncTimer = null;
      this.#segment?.file.datasync().catch(this.#options.onFsyncError);
    }, this.#options.fsyncIntervalMs).unref();
  }

  async #endSegment(): Promise<void> {
    const segment = this.#takeSegment();
    if (segment === null) return;
    await segment.file.datasync().catch(this.#options.onFsyncError);
    await segment.file.close();
  }

  async #abandonSegment(): Promise<void> {
    const segment = this.#takeSegment();
    if (segment === null) return;
    // Best effort: lines of a refused request are taken back where the disk still allows it.
    await segment.file.truncate(segment.bytes).catch(() => undefined);
    await segment.file.close().catch(() => undefined);
    // Nothing in it was acknowledged; and on a full disk each request would leave such a file.
    if (segment.bytes === 0) await rm(segment.path, { force: true }).catch(() => undefined);
  }

  #takeSegment(): OpenSegment | null {
    if (this.#fsyncTimer !== null) clearTimeout(this.#fsyncTimer);
    this.#fsyncTimer = null;
    const segment = this.#segment;
    this.#segment = null;
    return segment;
  }
}

/**
 * Into the system's cache, on this thread: that takes some ten microseconds, less than to hand it to
 * another thread and be woken by it, and every request of the batch waits for it anyway.
 */
function writeWhole({ fd }: FileHandle, bytes: Buffer): void {
  let done = 0;
  while (done < bytes.length) done += writeSync(fd, bytes, done);
}

/** Splits where the ids do not ascend, because a segment's first id must be its smallest. */
function ascendingRuns(batch: readonly Waiting[]): readonly (readonly Waiting[])[] {
  const runs: Waiting[][] = [];
  let previous = '';
  for (const waiting of batch) {
    const run = runs.at(-1);
    if (run !== undefined && waiting.uuid > previous) run.push(waiting);
    else runs.push([waiting]);
    previous = waiting.uuid;
  }
  return runs;
}

async function makeDurableDirectory(directory: string): Promise<void> {
  const firstMade = await mkdir(directory, { recursive: true, mode: 0o700 });
  if (firstMade === undefined) return;
  // A new directory is durable once its parent is: up to the first that was there before.
  const stop = dirname(firstMade);
  let parent = directory;
  do {
    parent = dirname(parent);
    await fsyncDirectory(parent);
  } while (parent !== stop && parent !== dirname(parent));
}

async function fsyncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
