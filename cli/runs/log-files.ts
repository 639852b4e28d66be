import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What one attempt of a step wrote. */
export interface LogFile {
  readonly step: string;
  readonly attempt: number;
  /** Of its beginning. */
  readonly path: string;
  /** The files that hold it, in order: a long log is rotated, and what lay between two is gone. */
  readonly parts: readonly LogPart[];
}

export interface LogPart {
  readonly path: string;
  /** Byte of all that was written at which the part begins. */
  readonly startByte: number;
}

/** `<step>.<attempt>.log`, or of a later part `<step>.<attempt>.log.<first byte>`. */
const NAME = /^(.+)\.(\d+)\.log(?:\.(\d+))?$/;

/** The logs of a run: attempts in order, steps by when their first file was begun. */
export async function listLogFiles(directory: string): Promise<readonly LogFile[]> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const logs = new Map<string, { step: string; attempt: number; parts: LogPart[] }>();
  const begun = new Map<string, number>();
  for (const name of names) {
    const [, segment = '', attempt = '', startByte = '0'] = NAME.exec(name) ?? [];
    if (segment === '') continue;
    const path = join(directory, name);
    const found = await stat(path).catch(() => null);
    if (found === null) continue;
    const step = decodeURIComponent(segment);
    const log = logs.get(`${step}.${attempt}`) ?? { step, attempt: Number(attempt), parts: [] };
    logs.set(`${step}.${attempt}`, log);
    log.parts.push({ path, startByte: Number(startByte) });
    begun.set(step, Math.min(begun.get(step) ?? found.birthtimeMs, found.birthtimeMs));
  }
  return [...logs.values()]
    .sort(
      (a, b) =>
        (begun.get(a.step) ?? 0) - (begun.get(b.step) ?? 0) ||
        a.step.localeCompare(b.step) ||
        a.attempt - b.attempt,
    )
    .map(({ step, attempt, parts }) => {
      const ordered = parts.sort((a, b) => a.startByte - b.startByte);
      return { step, attempt, path: ordered[0]?.path ?? '', parts: ordered };
    });
}

/** What stands where a part of a log is gone. */
export function gapLine(bytes: number): string {
  return `[millrace] ${bytes} bytes of the log are cut here`;
}

/** The whole log as far as it is kept, and where it is cut, a piece at a time. */
export async function* readLog({ parts }: LogFile): AsyncGenerator<Buffer> {
  let at = 0;
  for (const { path, startByte } of parts) {
    if (startByte > at) yield Buffer.from(`${gapLine(startByte - at)}\n`);
    at = startByte;
    for await (const chunk of readFrom(path, 0)) {
      yield chunk;
      at += chunk.length;
    }
  }
}

/** The last lines of a file, reading no more than its end. */
export async function lastLines(path: string, count: number): Promise<readonly string[]> {
  const TAIL_BYTES = 64 * 1024;
  const { size } = await stat(path);
  const start = Math.max(0, size - TAIL_BYTES);
  const chunks: Buffer[] = [];
  for await (const chunk of readFrom(path, start)) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  const lines = text.replace(/\n$/, '').split('\n');
  if (start > 0) lines.shift();
  return text === '' ? [] : lines.slice(-count);
}

/** What a file holds from a byte on; of a part that was rotated away meanwhile, nothing. */
async function* readFrom(path: string, start: number): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of createReadStream(path, { start })) yield chunk as Buffer;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** Gives the whole lines that were appended to a log since it was last asked, over its parts. */
export class LineFollower {
  /** In all that was written. */
  #at = 0;
  #rest = Buffer.alloc(0);

  /**
   * The lines some at a time: a step may have printed more of them than fit into memory.
   *
   * @param log - as the directory lists it now
   */
  async *next({ parts }: LogFile): AsyncGenerator<readonly string[]> {
    for (const [index, { path, startByte }] of parts.entries()) {
      const following = parts[index + 1];
      if (following !== undefined && following.startByte <= this.#at) continue;
      if (startByte > this.#at) {
        const gap = gapLine(startByte - this.#at);
        this.#at = startByte;
        yield [...this.rest(), gap];
      }
      for await (const chunk of readFrom(path, this.#at - startByte)) {
        this.#at += chunk.length;
        const lines = this.#wholeLines(chunk);
        if (lines.length > 0) yield lines;
      }
    }
  }

  #wholeLines(chunk: Buffer): readonly string[] {
    const bytes = Buffer.concat([this.#rest, chunk]);
    // A line is cut at its newline byte, so a character of several bytes is never split.
    const end = bytes.lastIndexOf(0x0a) + 1;
    this.#rest = bytes.subarray(end);
    if (end === 0) return [];
    return bytes
      .subarray(0, end - 1)
      .toString('utf8')
      .split('\n');
  }

  /** What stands after the last newline, once nothing more will come. */
  rest(): readonly string[] {
    const rest = this.#rest;
    this.#rest = Buffer.alloc(0);
    return rest.length === 0 ? [] : [rest.toString('utf8')];
  }
}
