import { type FileHandle, open, stat } from 'node:fs/promises';

const LINE_FEED = 0x0a;

/** How often it is looked whether the file was rotated. */
const LOOK_MS = 1_000;

/**
 * A file that whole lines are appended to. After an error, and where another file or none has its name
 * by now, it is opened anew: what is written to a file that was rotated away is seen by nobody.
 */
export class LineFile {
  #file: FileHandle | null = null;
  /** On the clock of `performance.now()`. */
  #lookedMs = 0;

  constructor(
    private readonly path: string,
    private readonly lookMs = LOOK_MS,
  ) {}

  /**
   * @param lines - each with its end
   * @throws what the system says: it is not known then how much of them is in the file
   */
  async append(lines: string): Promise<void> {
    try {
      if (await this.#wasRotated()) await this.close();
      this.#file ??= await openWhole(this.path);
      await this.#file.appendFile(lines);
    } catch (error) {
      await this.close().catch(() => undefined);
      throw error;
    }
  }

  async #wasRotated(): Promise<boolean> {
    const nowMs = performance.now();
    if (this.#file === null || nowMs - this.#lookedMs < this.lookMs) return false;
    this.#lookedMs = nowMs;
    const [open, named] = await Promise.all([this.#file.stat(), stat(this.path).catch(() => null)]);
    return named?.ino !== open.ino || named.dev !== open.dev;
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    await file?.close();
  }
}

/** An error or a kill in the middle of a write leaves a torn line: the next begins on one of its own. */
async function openWhole(path: string): Promise<FileHandle> {
  const file = await open(path, 'a', 0o600);
  try {
    if (await endsTorn(path)) await file.appendFile('\n');
    return file;
  } catch (error) {
    await file.close().catch(() => undefined);
    throw error;
  }
}

async function endsTorn(path: string): Promise<boolean> {
  const file = await open(path, 'r').catch(() => null);
  if (file === null) return false;
  try {
    const status = await file.stat();
    if (!status.isFile() || status.size === 0) return false;
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, status.size - 1);
    return buffer[0] !== LINE_FEED;
  } finally {
    await file.close();
  }
}
