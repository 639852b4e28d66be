/** What a caller may be let in for. */
export const SCOPES = ['predict', 'feedback', 'signal', 'read', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/**
 * What a route asks of its caller: a scope; `any`, whoever has a valid credential; or `public`, nobody
 * is asked.
 */
export type RouteAccess = Scope | 'any' | 'public';

/**
 * Whether these scopes open a route. `admin` opens all.
 *
 * @example grants(new Set(['predict']), 'feedback'); // false
 */
export function grants(scopes: ReadonlySet<Scope>, access: RouteAccess): boolean {
  if (access === 'public' || access === 'any') return true;
  return scopes.has(access) || scopes.has('admin');
}

/** Scopes by which a caller changes something that millrace keeps: such calls are audited. */
const CHANGING: readonly RouteAccess[] = ['feedback', 'signal', 'admin'];

export function isChanging(access: RouteAccess): boolean {
  return CHANGING.includes(access);
}
