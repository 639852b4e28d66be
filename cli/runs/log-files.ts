import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What one attempt of a step wrote. */
export interface LogFile {
  readonly step: string;
  readonly attempt: number;
  readonly path: string;
}

/** The log files of a run: attempts in order, steps by when their first file was begun. */
export async function listLogFiles(directory: string): Promise<readonly LogFile[]> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const files = await Promise.all(
    names.map(async (name) => {
      const match = /^(.+)\.(\d+)\.log$/.exec(name);
      if (match === null) return null;
      const path = join(directory, name);
      const { birthtimeMs } = await stat(path);
      return { step: match[1] ?? '', attempt: Number(match[2]), path, birthtimeMs };
    }),
  );
  const begun = new Map<string, number>();
  for (const file of files) {
    if (file === null) continue;
    begun.set(file.step, Math.min(begun.get(file.step) ?? file.birthtimeMs, file.birthtimeMs));
  }
  return files
    .filter((file) => file !== null)
    .sort(
      (a, b) =>
        (begun.get(a.step) ?? 0) - (begun.get(b.step) ?? 0) ||
        a.step.localeCompare(b.step) ||
        a.attempt - b.attempt,
    )
    .map(({ step, attempt, path }) => ({ step, attempt, path }));
}

/** The last lines of a file, reading no more than its end. */
export async function lastLines(path: string, count: number): Promise<readonly string[]> {
  const TAIL_BYTES = 64 * 1024;
  const { size } = await stat(path);
  const start = Math.max(0, size - TAIL_BYTES);
  const text = await readFrom(path, start);
  const lines = text.replace(/\n$/, '').split('\n');
  if (start > 0) lines.shift();
  return text === '' ? [] : lines.slice(-count);
}

/** Text of a file from a byte on. */
export async function readFrom(path: string, start: number): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of createReadStream(path, { start })) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** Gives the whole lines that were appended to a file since it was last asked. */
export class LineFollower {
  #offset = 0;
  #rest = Buffer.alloc(0);

  constructor(readonly file: LogFile) {}

  async next(): Promise<readonly string[]> {
    const chunks: Buffer[] = [this.#rest];
    for await (const chunk of createReadStream(this.file.path, { start: this.#offset })) {
      chunks.push(chunk as Buffer);
      this.#offset += (chunk as Buffer).length;
    }
    const bytes = Buffer.concat(chunks);
    // A line is cut at its newline byte, so a character of several bytes is never split.
    const end = bytes.lastIndexOf(0x0a) + 1;
    this.#rest = bytes.subarray(end);
    return end === 0
      ? []
      : bytes
          .subarray(0, end - 1)
          .toString('utf8')
          .split('\n');
  }

  /** What stands after the last newline, once nothing more will come. */
  rest(): readonly string[] {
    return this.#rest.length === 0 ? [] : [this.#rest.toString('utf8')];
  }
}
