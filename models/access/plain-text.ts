import { MillraceError } from '../../contracts/index.js';
import { isLoopback } from './loopback.js';

/** What decides whether the keys of callers cross a network as they are. */
export interface Wire {
  /** What the gateway listens on; absent: 127.0.0.1. */
  readonly host?: string;
  /** It speaks HTTPS itself. */
  readonly hasTls: boolean;
  /** A proxy in front does. */
  readonly isBehindTls: boolean;
}

const HINT =
  'give a certificate (MILLRACE_GATEWAY_TLS_CERT, MILLRACE_GATEWAY_TLS_KEY); where a proxy in front has one, MILLRACE_GATEWAY_TLS_PROXY=1 says so';

/** What is to be said of such a gateway, and what to do; `null`: nothing. */
export function plainTextWarning({
  host = '127.0.0.1',
  ...wire
}: Wire): { readonly message: string; readonly hint: string } | null {
  if (wire.hasTls || wire.isBehindTls || isLoopback(host)) return null;
  const message = `the gateway listens on ${host} without TLS: whoever is on the way can read keys and requests`;
  return { message, hint: HINT };
}

/**
 * Whether a proxy in front speaks HTTPS; absent where the environment does not say.
 *
 * @throws MillraceError `InvalidInput` where it says neither 1 nor 0
 */
export function isBehindTls(env: NodeJS.ProcessEnv): boolean | undefined {
  const { MILLRACE_GATEWAY_TLS_PROXY: text } = env;
  if (text === undefined || text === '') return undefined;
  if (text === '1' || text === '0') return text === '1';
  throw new MillraceError(
    'InvalidInput',
    `MILLRACE_GATEWAY_TLS_PROXY is ${JSON.stringify(text)}`,
    'set it to 1 or 0, or leave it out',
  );
}

/**
 * As the environment of a gateway says it.
 *
 * @throws MillraceError `InvalidInput` naming the variable that is wrong
 */
export function wireOf(env: NodeJS.ProcessEnv): Wire {
  const { MILLRACE_GATEWAY_HOST: host } = env;
  return {
    ...(host && { host }),
    hasTls: Boolean(env['MILLRACE_GATEWAY_TLS_CERT']),
    isBehindTls: isBehindTls(env) ?? false,
  };
}
