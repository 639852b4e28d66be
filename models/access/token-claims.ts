import type { OidcSettings } from './access-settings.js';
import type { Principal } from './principal.js';
import { SCOPES, type Scope } from './scopes.js';

/** The claims of a token whose signature, issuer, audience and times were found right. */
export type Claims = Readonly<Record<string, unknown>>;

const LONGEST_NAME = 128;

/**
 * Who a token says its bearer is. Values of the scopes' claim that mean nothing here are left aside: a
 * token is seldom made for one service alone.
 *
 * @returns `null` for a token that names nobody
 */
export function tokenPrincipal(claims: Claims, settings: OidcSettings): Principal | null {
  const subject = claimOf(claims, settings.nameClaim);
  if (typeof subject !== 'string' || subject === '') return null;
  const models = settings.modelsClaim === undefined ? null : words(claims, settings.modelsClaim);
  const { exp } = claims;
  return {
    kind: 'token',
    id: `token ${settings.issuer} ${subject}`,
    name: subject.slice(0, LONGEST_NAME),
    scopes: scopesOf(words(claims, settings.scopesClaim), settings),
    models: models?.includes('*') === true ? null : models,
    actions: null,
    requestsPerSecond: null,
    expiresAtMs: typeof exp === 'number' ? (exp + settings.clockSkewSeconds) * 1_000 : null,
  };
}

function scopesOf(values: readonly string[], { scopes }: OidcSettings): ReadonlySet<Scope> {
  if (scopes !== undefined) {
    return new Set(
      values.flatMap((value) => (Object.hasOwn(scopes, value) ? (scopes[value] ?? []) : [])),
    );
  }
  const named = values.map((value) => value.replace(/^millrace:/, ''));
  return new Set(SCOPES.filter((scope) => named.includes(scope)));
}

/** A list of text, or text with spaces between. */
function words(claims: Claims, path: string): readonly string[] {
  const value = claimOf(claims, path);
  if (typeof value === 'string') return value.split(/\s+/).filter((word) => word !== '');
  return Array.isArray(value)
    ? value.filter((item): item is string => typeof item === 'string')
    : [];
}

/** A claim may itself have dots in its name, as URLs have: the whole name comes first. */
function claimOf(claims: Claims, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path];
  let value: unknown = claims;
  for (const part of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part))
      return undefined;
    value = (value as Claims)[part];
  }
  return value;
}
