import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { createLineSplitter } from './line-splitter.js';
import { createRotatedFile, type LogBounds } from './rotated-file.js';

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
 * The log of one attempt of a step: stdout and stderr in the order in which their lines ended, rotated
 * by {@link createRotatedFile} where it grows large. A log that cannot be written (a full disk) does
 * not fail the step; it is cut short.
 */
export async function openStepLog(path: string, bounds?: LogBounds): Promise<StepLog> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const last = { stdout: [] as string[], stderr: [] as string[] };
  const streams = new Set<Readable>();
  const file = createRotatedFile(path, bounds, {
    // A program that writes faster than the disk takes waits, as it would on a pipe to `tee`.
    onFull: () => {
      for (const stream of streams) stream.pause();
    },
    onFree: () => {
      for (const stream of streams) stream.resume();
    },
  });

  return {
    follow(stream, name) {
      streams.add(stream);
      const splitter = createLineSplitter((line, cut) => {
        file.write(cut ? Buffer.concat([line, Buffer.from(' [millrace] line cut')]) : line);
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
    note: (text) => file.write(Buffer.from(`[millrace] ${text}`)),
    lastLines: () => (last.stderr.some((line) => line !== '') ? last.stderr : last.stdout),
    close: () => file.close(),
  };
}
