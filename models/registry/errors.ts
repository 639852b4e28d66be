import { isMillraceError } from '../../contracts/index.js';
import { postgresCode } from './postgres/errors.js';
import { sqliteCode } from './sqlite/errors.js';

/** Whether a write was refused for what is in the tables: a key that is taken, a version that is not there. */
export function isConstraintViolation(error: unknown): boolean {
  const cause = isMillraceError(error) ? error.cause : error;
  return sqliteCode(cause) === 'SQLITE_CONSTRAINT' || /^23/.test(postgresCode(cause) ?? '');
}
