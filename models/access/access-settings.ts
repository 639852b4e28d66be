import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { MillraceError } from '../../contracts/index.js';
import { SCOPES } from './scopes.js';

/** Signatures by a private key alone: `none` and shared secrets are not to be had. */
export const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
] as const;

const LOCAL = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])$/;

const oidcSchema = z.strictObject({
  /** As the tokens have it in `iss`, to the letter. */
  issuer: z.string().min(1),
  /** Tokens for another audience are refused. */
  audience: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]),
  /** URL or file of its public keys; absent: found by the issuer's discovery document. */
  jwks: z.string().min(1).exactOptional(),
  algorithms: z.array(z.enum(ALGORITHMS)).min(1).default(['RS256', 'PS256', 'ES256', 'EdDSA']),
  /** Claim that holds scopes or roles: a list, or words with spaces between. Dots go deeper. */
  scopesClaim: z.string().min(1).default('scope'),
  /** What each value of that claim opens; absent: the scopes' own names, bare or after `millrace:`. */
  scopes: z.record(z.string(), z.array(z.enum(SCOPES)).min(1)).exactOptional(),
  /** Claim that lists the only models; absent: all models. */
  modelsClaim: z.string().min(1).exactOptional(),
  nameClaim: z.string().min(1).default('sub'),
  clockSkewSeconds: z.number().min(0).max(300).default(30),
});

const settingsSchema = z.strictObject({
  oidc: oidcSchema.exactOptional(),
  /** For every client without a rate of its own. */
  rateLimit: z
    .strictObject({
      requestsPerSecond: z.number().positive(),
      burst: z.int().min(1).exactOptional(),
    })
    .exactOptional(),
});

export type OidcSettings = Readonly<z.infer<typeof oidcSchema>>;
export type AccessSettings = Readonly<z.infer<typeof settingsSchema>>;

/**
 * Reads `access.json`; no such file sets nothing.
 *
 * @throws MillraceError `InvalidInput` naming each place that does not fit
 */
export async function readAccessSettings(file: string): Promise<AccessSettings> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}';
    throw bad(file, error.message, error);
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw bad(file, `it is not JSON: ${error instanceof Error ? error.message : ''}`, error);
  }
  const parsed = settingsSchema.safeParse(value);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => problemWords(issue, value));
    throw bad(file, problems.join('; '));
  }
  const { oidc } = parsed.data;
  if (oidc !== undefined) {
    const urls = oidc.jwks === undefined ? [oidc.issuer] : isUrl(oidc.jwks) ? [oidc.jwks] : [];
    for (const url of urls) requireSafeUrl(file, url);
  }
  return parsed.data;
}

function problemWords(
  { path, message }: Pick<z.core.$ZodIssue, 'path' | 'message'>,
  value: unknown,
): string {
  if (path.length === 0) return message;
  const isMissing = path.reduce(partOf, value) === undefined;
  return `${path.join('.')}${isMissing ? ' is missing' : `: ${message}`}`;
}

function partOf(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

export function isUrl(text: string): boolean {
  return /^https?:\/\//i.test(text);
}

/** Whoever can change the keys on their way can make tokens. */
function requireSafeUrl(file: string, text: string): void {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol === 'https:') return;
  if (url?.protocol === 'http:' && LOCAL.test(url.hostname)) return;
  throw bad(file, `${text} is no https URL, and keys fetched from it could be changed on the way`);
}

function bad(file: string, why: string, cause?: unknown): MillraceError {
  return new MillraceError('InvalidInput', `${file}: ${why}`, 'see the page on security', {
    cause,
  });
}
