import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { MillraceError } from '../contracts/index.js';

const SQLITE_MAGIC = 'SQLite format 3\0';

/** What stands beside the database file: the server never says which version made it. */
interface DatabaseNote {
  readonly serverVersion: string;
  /** False until the server has answered once: its schema may be half made. */
  readonly complete: boolean;
}

/**
 * Makes sure that the server can open its database file, before it is started.
 *
 * The development server creates the schema of a file that does not exist and changes nothing in
 * one that does. So a file of another version fails at some later query, and a server that was
 * killed while it created the schema leaves a file that never works: that one is removed, since no
 * workflow can be in it.
 *
 * @throws MillraceError `ServiceUnavailable` when the file is no SQLite database, or was made by
 * another version of the server
 */
export function prepareDatabase(file: string, serverVersion: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const note = readNote(file);
  if (existsSync(file) && note?.complete === false) removeDatabase(file);
  if (!existsSync(file)) {
    writeNote(file, { serverVersion, complete: false });
    return;
  }
  if (!isSqlite(file)) {
    throw new MillraceError(
      'ServiceUnavailable',
      `${file} is not a database: its content is damaged or not of the Temporal server`,
      moveAway(file),
    );
  }
  if (note !== null && seriesOf(note.serverVersion) !== seriesOf(serverVersion)) {
    throw new MillraceError(
      'ServiceUnavailable',
      `${file} was made by Temporal server ${note.serverVersion}, this one is ${serverVersion}`,
      `put a \`temporal\` with server ${note.serverVersion} on PATH, or ${moveAway(file)}`,
    );
  }
}

/** The server has answered: its database is whole. */
export function confirmDatabase(file: string, serverVersion: string): void {
  if (readNote(file)?.complete !== true) writeNote(file, { serverVersion, complete: true });
}

export function moveAway(file: string): string {
  return `move it away (\`mv ${file} ${file}.old\`): runs in flight are lost, models and finished runs are not`;
}

function removeDatabase(file: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(file + suffix, { force: true });
}

function isSqlite(file: string): boolean {
  const head = Buffer.alloc(SQLITE_MAGIC.length);
  const descriptor = openSync(file, 'r');
  try {
    return readSync(descriptor, head) === head.length && head.toString('latin1') === SQLITE_MAGIC;
  } finally {
    closeSync(descriptor);
  }
}

/** Patch releases keep the schema. */
function seriesOf(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}

function noteFile(file: string): string {
  return `${file}.version.json`;
}

function readNote(file: string): DatabaseNote | null {
  try {
    return JSON.parse(readFileSync(noteFile(file), 'utf8')) as DatabaseNote;
  } catch {
    return null;
  }
}

function writeNote(file: string, note: DatabaseNote): void {
  const beside = `${noteFile(file)}.${process.pid}`;
  writeFileSync(beside, JSON.stringify(note), { flush: true });
  renameSync(beside, noteFile(file));
}
