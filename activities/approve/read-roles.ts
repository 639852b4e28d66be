import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { MillraceError } from '../../contracts/index.js';

const rolesFile = z.record(
  z.string(),
  z.array(z.string().min(1), { error: 'must be a list of user names' }),
  { error: 'must be a mapping of roles to lists of user names' },
);

export type Roles = z.infer<typeof rolesFile>;

/** Its place in the state directory. */
export function rolesPath(stateDirectory: string): string {
  return join(stateDirectory, 'roles.yaml');
}

/**
 * Who holds which role: `ml-lead: [ada, grace]`. Read for each answer, so that a change needs no
 * restart.
 *
 * @returns `null` where the installation keeps no such file
 * @throws MillraceError `InvalidInput` with the file and what is right
 */
export async function readRoles(path: string): Promise<Roles | null> {
  let value: unknown;
  try {
    value = parse(await readFile(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    const [what = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw refuse(path, what.replace(/:$/, ''));
  }
  const parsed = rolesFile.safeParse(value ?? {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw refuse(path, `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim());
}

function refuse(path: string, what: string): MillraceError {
  return new MillraceError('InvalidInput', `${path}: ${what}`, 'write ml-lead: [ada, grace]');
}

export type RoleCheck =
  | { readonly ok: true; readonly role: string | null }
  | { readonly ok: false; readonly detail: string; readonly hint: string };

/**
 * Whether an actor may answer what is asked of these roles, and in which of them. Without a file
 * that says who holds which, everyone may, as nobody can be told from anybody else.
 *
 * @param actor - `user:ada`
 */
export function checkRole(asked: readonly string[], actor: string, roles: Roles | null): RoleCheck {
  if (asked.length === 0 || roles === null) return { ok: true, role: null };
  const user = actor.replace(/^user:/, '');
  const role = asked.find((name) => Object.hasOwn(roles, name) && roles[name]?.includes(user));
  if (role !== undefined) return { ok: true, role };
  const holders = asked.flatMap((name) => (Object.hasOwn(roles, name) ? (roles[name] ?? []) : []));
  return {
    ok: false,
    detail: `${user} does not hold the role ${asked.join(' or ')}`,
    hint:
      holders.length === 0
        ? 'nobody does: roles.yaml in the state directory says who holds which'
        : `it is held by ${[...new Set(holders)].join(', ')}`,
  };
}
