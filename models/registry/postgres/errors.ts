import { isMillraceError, MillraceError } from '../../../contracts/index.js';

interface Condition {
  readonly what: string;
  readonly hint: string;
}

const REACH_HINT =
  'check host and port of MILLRACE_REGISTRY_URL and that the server runs; nothing acknowledged is lost';
const RIGHTS_HINT =
  'check user and password of MILLRACE_REGISTRY_URL, and pg_hba.conf of the server';
const SPACE_HINT = "free some space on the server's disk; nothing acknowledged is lost";

const AWAY: Condition = { what: 'cannot be reached', hint: REACH_HINT };
const WENT_AWAY: Condition = {
  what: 'went away',
  hint: 'was the server restarted? try again; nothing acknowledged is lost',
};
const REFUSED: Condition = { what: 'refuses this user', hint: RIGHTS_HINT };
const SLOW: Condition = {
  what: 'is held by another process',
  hint: 'another millrace process is writing for unusually long; try again, or look at pg_stat_activity',
};

/** What a code of the system or of Postgres means to a person, and what to do about it. */
const CONDITIONS: Readonly<Record<string, Condition>> = {
  ECONNREFUSED: AWAY,
  ENOTFOUND: AWAY,
  EAI_AGAIN: AWAY,
  EHOSTUNREACH: AWAY,
  ENETUNREACH: AWAY,
  ENOENT: AWAY,
  ETIMEDOUT: AWAY,
  ECONNRESET: WENT_AWAY,
  EPIPE: WENT_AWAY,
  '28P01': { what: 'refuses the password', hint: RIGHTS_HINT },
  '28000': REFUSED,
  '42501': {
    what: 'may not be used so by this user',
    hint: 'grant the user the right to create and write tables in its schema',
  },
  '3D000': {
    what: 'is not there: the server has no such database',
    hint: 'create it (CREATE DATABASE …) or correct MILLRACE_REGISTRY_URL; millrace makes the tables itself',
  },
  '3F000': { what: 'has no schema to use', hint: 'create the schema that the search_path names' },
  '25006': {
    what: 'cannot be written',
    hint: 'this server is a standby or read-only: name the primary in MILLRACE_REGISTRY_URL',
  },
  '53100': { what: 'cannot grow: the disk is full', hint: SPACE_HINT },
  '53200': { what: 'is out of memory', hint: 'give the server more memory, then try again' },
  '53300': {
    what: 'takes no more connections',
    hint: 'raise max_connections of the server, or end what holds its connections',
  },
  '55P03': SLOW,
  '40P01': SLOW,
  '57014': SLOW,
  '57P01': WENT_AWAY,
  '57P02': WENT_AWAY,
  '57P03': { what: 'is not ready', hint: 'the server is starting or stopping: try again' },
};

/** What the client says where there is no code. */
const WORDS: readonly (readonly [RegExp, Condition])[] = [
  [/timeout exceeded when trying to connect|connection timeout/i, AWAY],
  [/connection terminated|connection ended|client has encountered a connection error/i, WENT_AWAY],
  [/query read timeout/i, SLOW],
  [
    /password must be a string/i,
    { what: 'wants a password', hint: 'put it in MILLRACE_REGISTRY_URL, or in ~/.pgpass' },
  ],
  [
    /does not support ssl|self.signed certificate|unable to verify|certificate/i,
    {
      what: 'cannot be reached over TLS',
      hint: 'set sslmode and sslrootcert in MILLRACE_REGISTRY_URL as the server needs them',
    },
  ],
];

/** SQLSTATE of an error of the server, or the code of a failed connection. */
export function postgresCode(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

/** The connection was lost, or the server ends: what was under way may not have happened. */
export function isConnectionLost(error: unknown): boolean {
  const condition = conditionOf(error);
  return condition === WENT_AWAY || postgresCode(error) === '57P03';
}

/**
 * Gives what Postgres or its client reported the project's words.
 *
 * @param name - of the database, without its password
 * @returns `RegistryUnavailable` for a condition of the server or the way to it; `Internal` for a
 * statement that is wrong, because that is a defect of ours
 */
export function registryError(error: unknown, name: string): MillraceError {
  if (isMillraceError(error)) return error;
  const condition = conditionOf(error);
  if (condition !== undefined) {
    return new MillraceError(
      'RegistryUnavailable',
      `the registry ${name} ${condition.what} (${detailOf(error)})`,
      condition.hint,
      { cause: error },
    );
  }
  return new MillraceError(
    'Internal',
    `the registry ${name} refused a statement: ${detailOf(error)}`,
    'this is a defect in millrace: please report it with this message',
    { cause: error },
  );
}

function conditionOf(error: unknown): Condition | undefined {
  const code = postgresCode(error);
  if (code !== null) {
    const known = CONDITIONS[code];
    if (known !== undefined) return known;
    if (/^08/.test(code)) return WENT_AWAY;
  }
  if (!(error instanceof Error)) return undefined;
  return WORDS.find(([words]) => words.test(error.message))?.[1];
}

/** Of several addresses of a host each has an error of its own; the first says enough. */
function detailOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return detailOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
