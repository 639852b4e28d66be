import { MillraceError } from '../../../contracts/index.js';

/** A trigger that refuses: the one kind that the schema has. */
const REFUSAL =
  /^CREATE TRIGGER (?<name>\w+) BEFORE (?<event>UPDATE OF [\w,\s]+?|UPDATE|DELETE)\s+ON (?<table>\w+)\s+BEGIN SELECT RAISE\(ABORT, '(?<words>[^']+)'\); END$/;

/**
 * Looks into a column of JSON as SQLite does, for paths such as `$.status` or `$.gate.reason`. Only
 * the field that is asked for is read, so that a NUL character elsewhere, which Postgres's texts
 * cannot hold, does no harm.
 */
export const JSON_EXTRACT = `CREATE FUNCTION json_extract(content TEXT, path TEXT) RETURNS TEXT
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT (replace(content, '\\u0000', '\\ufffd')::json #> string_to_array(substr(path, 3), '.')) #>> '{}' $$`;

/**
 * A statement of the schema, which is written as for SQLite, in Postgres's words.
 *
 * Texts are compared byte by byte (`COLLATE "C"`), as SQLite compares them: the order of times and
 * names does not depend on the server's language.
 *
 * @returns the statements that stand for it
 * @throws MillraceError `Internal` for a form that has no translation
 * @example
 * toPostgres('CREATE TABLE a (x TEXT PRIMARY KEY) STRICT, WITHOUT ROWID');
 * // ['CREATE TABLE a (x TEXT COLLATE "C" PRIMARY KEY)']
 */
export function toPostgres(statement: string): readonly string[] {
  if (statement.startsWith('CREATE TRIGGER')) return refusal(statement);
  if (/^CREATE TABLE/.test(statement) && !/\bSTRICT(, WITHOUT ROWID)?$/.test(statement)) {
    throw untranslatable(statement, 'a table of the schema is STRICT');
  }
  return [
    statement
      .replace(/\)\s+STRICT(, WITHOUT ROWID)?$/, ')')
      .replace(
        'INTEGER PRIMARY KEY AUTOINCREMENT',
        'BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY',
      )
      .replaceAll(/\bTEXT\b/g, 'TEXT COLLATE "C"')
      .replaceAll(/\bREAL\b/g, 'DOUBLE PRECISION'),
  ];
}

function refusal(statement: string): readonly string[] {
  const { name, event, table, words } = REFUSAL.exec(statement)?.groups ?? {};
  if (name === undefined) throw untranslatable(statement, 'a trigger of the schema refuses');
  return [
    `CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION '${words}'; END $$`,
    `CREATE TRIGGER ${name} BEFORE ${event} ON ${table} FOR EACH ROW EXECUTE FUNCTION ${name}()`,
  ];
}

function untranslatable(statement: string, why: string): MillraceError {
  return new MillraceError(
    'Internal',
    `this statement of the registry's schema cannot be said to Postgres, ${why}: ${statement}`,
  );
}
