import { open, stat } from 'node:fs/promises';
import { isParquet } from './log-layout.js';
import { LINE_HEAD_BYTES, type LineHead, readLineHead } from './log-line.js';

const CHUNK_BYTES = 1 << 20;
const NEWLINE = 0x0a;

/**
 * Reads the heads of the whole lines of a segment from a byte offset on. A last line without its
 * newline (torn by a kill, or being written) is left for the next scan.
 *
 * @param from - byte offset at which a line begins
 * @returns the offset after the last whole line: where the next scan goes on
 */
export async function scanSegment(
  path: string,
  from: number,
  onLine: (head: LineHead) => void,
): Promise<number> {
  if (isParquet(path)) return await scanParquet(path, from, onLine);
  const file = await open(path, 'r');
  try {
    let buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    let filled = 0;
    let offset = from;
    for (;;) {
      const { bytesRead } = await file.read(
        buffer,
        filled,
        buffer.length - filled,
        offset + filled,
      );
      if (bytesRead === 0) return offset;
      filled += bytesRead;
      const consumed = readLines(buffer.subarray(0, filled), onLine);
      // A line longer than the buffer: make room for the rest of it.
      if (consumed === 0 && filled === buffer.length) {
        buffer = Buffer.concat([buffer], buffer.length * 2);
      }
      buffer.copyWithin(0, consumed, filled);
      filled -= consumed;
      offset += consumed;
    }
  } finally {
    await file.close();
  }
}

/** A Parquet file is whole and does not grow: one scan reads all of it. */
async function scanParquet(
  path: string,
  from: number,
  onLine: (head: LineHead) => void,
): Promise<number> {
  const { size } = await stat(path);
  if (from === size) return size;
  const { readParquetHeads } = await import('./parquet-heads.js');
  await readParquetHeads(path, onLine);
  return size;
}

function readLines(bytes: Buffer, onLine: (head: LineHead) => void): number {
  let start = 0;
  for (;;) {
    const end = bytes.indexOf(NEWLINE, start);
    if (end === -1) return start;
    const head = readLineHead(
      bytes.toString('latin1', start, Math.min(end, start + LINE_HEAD_BYTES)),
    );
    if (head !== null) onLine(head);
    start = end + 1;
  }
}
