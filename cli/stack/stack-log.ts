import { mkdirSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { HomeLayout } from '../../storage/home/layout.js';

const ROTATE_ABOVE_BYTES = 10 * 1024 * 1024;

export function stackLogFile(home: HomeLayout, name: string): string {
  return join(home.logsDir, `${name}.log`);
}

/** Opens a background process's log for appending; one that grew large is put aside first. */
export function openStackLog(home: HomeLayout, name: string): number {
  mkdirSync(home.logsDir, { recursive: true });
  const file = stackLogFile(home, name);
  const bytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (bytes > ROTATE_ABOVE_BYTES) renameSync(file, `${file}.1`);
  return openSync(file, 'a');
}

/** The end of a log in words, for an error that has to say what a process printed last. */
export function lastLogLines(home: HomeLayout, name: string, count: number): string {
  try {
    return readFileSync(stackLogFile(home, name), 'utf8')
      .trimEnd()
      .split('\n')
      .flatMap(inWords)
      .slice(-count)
      .join('\n');
  } catch {
    return '';
  }
}

/** What a process prints plainly is kept; of its JSON lines, what went wrong, without the stack. */
function inWords(line: string): readonly string[] {
  let record: LogRecord;
  try {
    record = JSON.parse(line) as LogRecord;
  } catch {
    return [line];
  }
  if (!['warn', 'error', 'fatal'].includes(record.level ?? '')) return [];
  return [[record.msg, record.err?.message].filter((text) => text !== undefined).join(': ')];
}

interface LogRecord {
  readonly level?: string;
  readonly msg?: string;
  readonly err?: { readonly message?: string };
}
