import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { createLineSplitter } from './line-splitter.js';

/** Beyond it a step's log ends with a note; the step goes on. */
export const MAX_LOG_BYTES = 64 * 1024 * 1024;
const LAST_LINES = 20;
const LAST_LINE_CHARACTERS = 1_000;

export interface StepLog {
  /** Copies the lines of a stream into the log until it ends. */
  follow(stream: Readable, name: 'stdout' | 'stderr'): void;
  /** Adds a line of millrace's own. */
  note(text: string): void;
  /** The last lines of stderr, or where it was silent of stdout: at most 20. */
  lastLines(): readonly string[];
  close(): Promise<void>;
}

/**
 * The log of one attempt of a step: stdout and stderr in the order in which their lines ended.
 * A log that cannot be written (a full disk) does not fail the step; it is cut short.
 */
export async function openStepLog(path: string, maxBytes = MAX_LOG_BYTES): Promise<StepLog> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const file = createWriteStream(path, { flags: 'a', mode: 0o600 });
  const last = { stdout: [] as string[], stderr: [] as string[] };
  const streams = new Set<Readable>();
  let written = 0;
  let broken = false;
  file.on('error', () => {
    broken = true;
    resumeAll();
  });
  file.on('drain', resumeAll);

  function resumeAll(): void {
    for (const stream of streams) stream.resume();
  }

  function write(line: Buffer): void {
    if (broken || written > maxBytes) return;
    written += line.length + 1;
    const whole = written <= maxBytes;
    const text = whole ? line : Buffer.from(`[millrace] the log is cut here: ${maxBytes} bytes`);
    if (!file.write(Buffer.concat([text, Buffer.from('\n')]))) {
      // A program that writes faster than the disk takes waits, as it would on a pipe to `tee`.
      for (const stream of streams) stream.pause();
    }
  }

  return {
    follow(stream, name) {
      streams.add(stream);
      const splitter = createLineSplitter((line, cut) => {
        write(cut ? Buffer.concat([line, Buffer.from(' [millrace] line cut')]) : line);
        const lines = last[name];
        lines.push(line.toString('utf8').trimEnd().slice(0, LAST_LINE_CHARACTERS));
        if (lines.length > LAST_LINES) lines.shift();
      });
      stream.on('data', (chunk: Buffer) => splitter.push(chunk));
      stream.once('close', () => {
        splitter.end();
        streams.delete(stream);
      });
    },
    note: (text) => write(Buffer.from(`[millrace] ${text}`)),
    lastLines: () => (last.stderr.some((line) => line !== '') ? last.stderr : last.stdout),
    close: () =>
      new Promise((resolve) => {
        if (broken) resolve();
        else {
          file.once('error', () => resolve());
          file.end(() => resolve());
        }
      }),
  };
}
