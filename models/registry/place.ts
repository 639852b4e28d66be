import { MillraceError } from '../../contracts/index.js';

/** Variable that names the registry's database. */
export const REGISTRY_URL = 'MILLRACE_REGISTRY_URL';

const POSTGRES = /^postgres(ql)?:\/\//;

/**
 * Where the registry is: the database that `MILLRACE_REGISTRY_URL` names, else the file of the
 * state directory.
 *
 * @returns what the functions that open a registry take
 * @throws MillraceError `InvalidInput` for a URL that is not one of Postgres; its text is not repeated,
 * because it may hold a password
 */
export function registryPlace(
  home: { readonly registryFile: string },
  env: { readonly [name: string]: string | undefined } = process.env,
): string {
  const url = registryUrl(env);
  return url ?? home.registryFile;
}

/** The URL that the environment names; `null` where the registry is a file. */
export function registryUrl(env: { readonly [name: string]: string | undefined }): string | null {
  const url = env[REGISTRY_URL] ?? '';
  if (url === '') return null;
  if (isPostgresUrl(url) && URL.canParse(url)) return url;
  throw new MillraceError(
    'InvalidInput',
    `${REGISTRY_URL} is not the URL of a Postgres database`,
    'write it like postgres://user:password@host:5432/database, with special characters of the password as %40; unset it to keep the registry in a file',
  );
}

export function isPostgresUrl(place: string): boolean {
  return POSTGRES.test(place);
}

/** A place as it may be printed: without the password, and without parameters. */
export function shownPlace(place: string): string {
  if (!isPostgresUrl(place)) return place;
  if (!URL.canParse(place)) return 'postgres://…';
  const { username, host, pathname } = new URL(place);
  return `postgres://${username === '' ? '' : `${username}@`}${host}${pathname}`;
}
