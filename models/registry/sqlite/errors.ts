import { LibsqlError } from '@libsql/client/sqlite3';
import { isMillraceError, MillraceError } from '../../../contracts/index.js';

const DISK_HINT = 'free some space or check the disk, then try again; nothing acknowledged is lost';

/** What a primary result code of SQLite means to a person, and what to do about it. */
const CONDITIONS: Readonly<Record<string, { readonly what: string; readonly hint: string }>> = {
  SQLITE_BUSY: {
    what: 'is locked by another process',
    hint: 'another millrace process is writing for unusually long; try again, or look at it with `millrace doctor`',
  },
  SQLITE_LOCKED: { what: 'is locked by another connection', hint: 'try again' },
  SQLITE_FULL: { what: 'cannot grow: the disk is full', hint: DISK_HINT },
  SQLITE_IOERR: { what: 'cannot be read or written', hint: DISK_HINT },
  SQLITE_NOMEM: { what: 'cannot be opened: out of memory', hint: 'free some memory' },
  SQLITE_CORRUPT: {
    what: 'is damaged',
    hint: 'stop millrace, keep the file, and restore a backup of it with its -wal file',
  },
  SQLITE_NOTADB: {
    what: 'is not an SQLite database',
    hint: 'move the file away (a new registry is made) or restore a backup of it',
  },
  SQLITE_READONLY: {
    what: 'cannot be written',
    hint: 'give this user the right to write the file and its directory',
  },
  SQLITE_PERM: { what: 'cannot be opened', hint: 'check the rights of the file' },
  SQLITE_AUTH: { what: 'cannot be opened', hint: 'check the rights of the file' },
  SQLITE_CANTOPEN: {
    what: 'cannot be opened',
    hint: 'check that its directory exists and that this user may write there',
  },
};

/** The native binding gives no code when opening fails, only `ConnectionFailed("…: 14")`. */
const OPEN_FAILED = /ConnectionFailed\(/;

/** Primary result code, such as `SQLITE_BUSY`; `null` for what is not SQLite's. */
export function sqliteCode(error: unknown): string | null {
  if (error instanceof LibsqlError) return error.code;
  if (error instanceof Error && OPEN_FAILED.test(error.message)) return 'SQLITE_CANTOPEN';
  return null;
}

export function isBusy(error: unknown): boolean {
  const code = sqliteCode(error);
  return code === 'SQLITE_BUSY' || code === 'SQLITE_LOCKED' || code === 'SQLITE_PROTOCOL';
}

/**
 * Gives what SQLite reported the project's words.
 *
 * @returns `RegistryUnavailable` for a condition of the file or the machine; `Internal` for a
 * statement that is wrong, because that is a defect of ours
 */
export function registryError(error: unknown, file: string): MillraceError {
  if (isMillraceError(error)) return error;
  const code = sqliteCode(error);
  const detail = error instanceof Error ? error.message : String(error);
  const condition = code === null ? undefined : CONDITIONS[code];
  if (condition !== undefined) {
    return new MillraceError(
      'RegistryUnavailable',
      `the registry ${file} ${condition.what} (${detail})`,
      condition.hint,
      { cause: error },
    );
  }
  return new MillraceError(
    'Internal',
    `the registry ${file} refused a statement: ${detail}`,
    'this is a defect in millrace: please report it with this message',
    { cause: error },
  );
}
