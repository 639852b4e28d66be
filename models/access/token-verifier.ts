import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { JWTVerifyGetKey } from 'jose';
import { MillraceError } from '../../contracts/index.js';
import type { Logger } from '../../logging/logger.js';
import { isUrl, type OidcSettings } from './access-settings.js';
import type { Principal } from './principal.js';
import { tokenPrincipal } from './token-claims.js';

/** Longer ones are no tokens of a sane issuer. */
const LONGEST_TOKEN = 16_384;
/** An issuer that does not answer within this is not waited for. */
const ANSWER_WITHIN_MS = 5_000;

export interface TokenVerifier {
  /**
   * @returns `null` for a token that is not to be trusted
   * @throws MillraceError `ServiceUnavailable` when the issuer's keys cannot be had
   */
  verify(token: string): Promise<Principal | null>;
}

/** Whether it has the shape of a signed token; its parts may still be anything. */
export function looksLikeToken(text: string): boolean {
  return text.length <= LONGEST_TOKEN && /^[\w-]+\.[\w-]+\.[\w-]+$/.test(text);
}

/**
 * Trusts tokens that the issuer signed, for this audience, in their time. The library is loaded here,
 * so that a gateway without an issuer does not have it in memory.
 *
 * @param settingsFile - a file of public keys is found from where it lies
 * @throws MillraceError `InvalidInput` for a file of keys that cannot be read
 */
export async function createTokenVerifier(
  settings: OidcSettings,
  settingsFile: string,
  logger: Logger,
): Promise<TokenVerifier> {
  const { errors, jwtVerify } = await import('jose');
  const keys = await issuerKeys(settings, settingsFile);
  const { issuer, audience, algorithms, clockSkewSeconds } = settings;
  const options = {
    issuer,
    audience: typeof audience === 'string' ? audience : [...audience],
    algorithms: [...algorithms],
    clockTolerance: clockSkewSeconds,
    requiredClaims: ['exp'],
  };
  return {
    async verify(token) {
      try {
        const { payload } = await jwtVerify(token, keys, options);
        return tokenPrincipal(payload, settings);
      } catch (error) {
        const isWrong =
          error instanceof errors.JOSEError &&
          !(error instanceof errors.JWKSTimeout) &&
          !(error instanceof errors.JWKSInvalid) &&
          error.code !== 'ERR_JOSE_GENERIC';
        if (isWrong) return null;
        logger.error({ err: error, issuer }, "the issuer's keys cannot be had");
        throw new MillraceError(
          'ServiceUnavailable',
          "the token cannot be checked: the issuer's keys cannot be had",
          "try again in a moment; the gateway's log says why",
          { cause: error },
        );
      }
    },
  };
}

async function issuerKeys(
  { jwks, issuer }: OidcSettings,
  settingsFile: string,
): Promise<JWTVerifyGetKey> {
  const { createLocalJWKSet, createRemoteJWKSet } = await import('jose');
  const remote = (url: string) =>
    createRemoteJWKSet(new URL(url), { timeoutDuration: ANSWER_WITHIN_MS });
  if (jwks !== undefined && isUrl(jwks)) return remote(jwks);
  if (jwks === undefined) return discovered(issuer, remote);
  const file = resolve(dirname(settingsFile), jwks);
  try {
    return createLocalJWKSet(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    throw new MillraceError(
      'InvalidInput',
      `the public keys of ${issuer} cannot be read from ${file}: ${error instanceof Error ? error.message : ''}`,
      'oidc.jwks is a URL, or a file beside access.json that holds {"keys": […]}',
      { cause: error },
    );
  }
}

/** The issuer is asked with the first token: a gateway starts though its issuer is down. */
function discovered(issuer: string, remote: (url: string) => JWTVerifyGetKey): JWTVerifyGetKey {
  let found: Promise<JWTVerifyGetKey> | null = null;
  const discover = async () => {
    const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const response = await fetch(url, {
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      redirect: 'error',
    });
    if (!response.ok) throw new Error(`${url} answers ${response.status}`);
    const document: unknown = await response.json();
    const { issuer: named, jwks_uri: uri } = document as Readonly<Record<string, unknown>>;
    if (named !== issuer) throw new Error(`${url} is of the issuer ${String(named)}`);
    if (typeof uri !== 'string') throw new Error(`${url} names no jwks_uri`);
    return remote(uri);
  };
  return async (header, token) => {
    found ??= discover().catch((error: unknown) => {
      found = null;
      throw error;
    });
    return (await found)(header, token);
  };
}
